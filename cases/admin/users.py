"""Who may sign in, and their roles. Nobody can give, or take over, more than they have."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultiple

from cases.selectors.users import assignable_groups, has_no_more_than

admin.site.unregister(User)
admin.site.unregister(Group)

_PERSON = ("first_name", "last_name", "email")
_ROLE_HELP = (
    "Agent: sees, works and closes cases. Team lead: also customers. Administrator: also custom "
    "fields, API keys and users. Without a role a person can sign in but sees nothing."
)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """The people of the back office; each one is staff, and a role says what they may do."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    actions = None
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", *_PERSON)}),
        ("Role", {"fields": ("groups",)}),
        ("Password", {"fields": ("usable_password", "password1", "password2")}),
    )

    @admin.display(description="Name")
    def full_name(self, user: User) -> str:
        """Return the person's name."""
        return user.get_full_name() or "–"

    @admin.display(description="Role")
    def roles(self, user: User) -> str:
        """Return the person's roles."""
        names = [
            *(["Superuser"] if user.is_superuser else []),
            *(g.name for g in user.groups.all()),
        ]
        return ", ".join(names) or "None"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the users with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the form's fields: single permissions are nobody's, superusers superusers' own."""
        if obj is None:
            return self.add_fieldsets
        powers = ("is_active", *(["is_superuser"] if request.user.is_superuser else []))
        return (
            (None, {"fields": ("username", "password")}),
            ("Person", {"fields": _PERSON}),
            ("Role", {"fields": ("groups", *powers)}),
            ("Dates", {"fields": ("last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fields to show only: nobody may lock themselves out, or rewrite dates."""
        own = ("groups", "is_active", "is_superuser") if obj and obj == request.user else ()
        return ("last_login", "date_joined", *own)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelMultipleChoiceField[Any] | None":
        """Return the field for roles: a box for each that this user may give."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return forms.ModelMultipleChoiceField(
            queryset=assignable_groups(request.user),
            widget=UnfoldAdminCheckboxSelectMultiple,
            label="Role",
            help_text=_ROLE_HELP,
            required=False,
        )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Tell whether this user may change `obj`: not one who may do more."""
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or has_no_more_than(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: a person who leaves is made inactive, so that history keeps the name."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the user as staff: the portal has no other users."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)
