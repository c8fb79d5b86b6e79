"""Users and their roles. No one can grant or take over more permissions than they have."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cases.admin.common.formatting import time_at
from cases.admin.common.untrusted_text import visible
from cases.selectors.users import assignable_groups, has_no_more_than, is_superuser

admin.site.unregister(User)
admin.site.unregister(Group)

_PERSON = ("first_name", "last_name", "email")
_HELP = {
    "is_active": gettext_lazy(
        "If off, the person can't sign in. Their name stays in the activity of cases."
    ),
    "is_superuser": gettext_lazy("Can do everything, whatever the role."),
}
_ROLE_HELP = gettext_lazy(
    "Agent: can see, work on and close cases. Team lead: customers too. Administrator: "
    "custom fields, API keys and users too. Without a role, a person can sign in but sees "
    "nothing."
)


class NewUserForm(UserCreationForm):
    """A user with a role and a password; the portal has no other way to sign in."""

    usable_password = None


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """The people of the back office; each one is staff, and a role says what they may do."""

    form = UserChangeForm
    add_form = NewUserForm
    add_form_template = None
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "address", "roles", "is_active", "signed_in")
    list_filter = ("is_active", "groups")
    actions = None
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", *_PERSON)}),
        (gettext_lazy("Role"), {"fields": ("groups",)}),
        (gettext_lazy("Password"), {"fields": ("password1", "password2")}),
    )

    @admin.display(description=gettext_lazy("Name"))
    def full_name(self, user: User) -> SafeString:
        """Return the person's name, in the direction of its own script."""
        return format_html('<bdi dir="auto">{}</bdi>', visible(user.get_full_name() or "–"))

    @admin.display(description=gettext_lazy("Email address"), ordering="email")
    def address(self, user: User) -> SafeString:
        """Return the person's address."""
        return format_html('<bdi dir="auto">{}</bdi>', visible(user.email or "–"))

    @admin.display(description=gettext_lazy("Role"))
    def roles(self, user: User) -> str:
        """Return the person's roles."""
        names = [group.name for group in user.groups.all()]
        names += [_("Superuser")] if user.is_superuser else []
        return ", ".join(names) or _("None")

    @admin.display(description=gettext_lazy("Password"))
    def secret(self, user: User) -> SafeString:
        """Return a link to set a new password; the old one is never shown."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="../password/">{}</a>',
            _("Set a new password"),
        )

    @admin.display(description=gettext_lazy("Last signed in"), ordering="last_login")
    def signed_in(self, user: User) -> SafeString | str:
        """Return when the person last signed in."""
        return time_at(user.last_login) if user.last_login else _("Never")

    @admin.display(description=gettext_lazy("Added"))
    def joined(self, user: User) -> SafeString:
        """Return when the person was added."""
        return time_at(user.date_joined)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the users with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the form's fields: no single permissions, and superusers only for superusers."""
        if obj is None:
            return self.add_fieldsets
        may_change = self.has_change_permission(request, obj)
        identity = ["username", *(["secret"] if may_change else [])]
        powers = ["groups" if may_change and obj != request.user else "roles", "is_active"]
        if is_superuser(request.user):
            powers.append("is_superuser")
        return (
            (None, {"fields": identity}),
            (_("Person"), {"fields": _PERSON}),
            (gettext_lazy("Role"), {"fields": powers}),
            (_("Dates"), {"fields": ("signed_in", "joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fields to show only: no one may lock themselves out, or rewrite dates."""
        own = ("is_active", "is_superuser") if obj and obj == request.user else ()
        return ("secret", "roles", "signed_in", "joined", *own)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return Django's form with help texts for people who aren't developers."""
        return super().get_form(request, obj, change=change, help_texts=_HELP, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelMultipleChoiceField[Any] | None":
        """Return the field for roles: a box for each that this user may give."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return forms.ModelMultipleChoiceField(
            queryset=assignable_groups(request.user),
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            label=_("Role"),
            help_text=_ROLE_HELP,
            required=False,
        )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Tell whether this user may change `obj`: not one who may do more."""
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or has_no_more_than(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No one: a person who leaves is made inactive, so that activities keep the name."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the user as staff: the portal has no other users."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go back to the list: unlike in Django's own form, nothing is left to fill in."""
        return ModelAdmin.response_add(self, request, obj, post_url_continue)
