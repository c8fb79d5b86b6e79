"""API keys: issue one and see its value once, see which are in use, revoke."""

from datetime import datetime
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from rest_framework_api_key.models import APIKey
from unfold.admin import ModelAdmin
from unfold.widgets import INPUT_CLASSES

from cases.admin.api_keys.rotation import rotation_context, rotation_problem
from cases.admin.common.formatting import time_ago, time_at
from cases.admin.common.untrusted_text import isolated, visible
from cases.errors import ValidationFailed
from cases.forms.api_key import ApiKeyForm
from cases.models import ApiKey
from cases.services.api_keys import issue_key, registration_body, revoke_key

# Another app's model, which nothing here uses.
admin.site.unregister(APIKey)


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """The keys, newest first. A key is issued and revoked, never edited and never deleted."""

    list_display = (
        "shown_integration",
        "shown_prefix",
        "shown_status",
        "shown_created",
        "shown_last_used",
        "shown_expiry",
        "actions_column",
    )
    list_display_links = None
    list_select_related = ("integration",)
    list_filter = ("revoked",)
    search_fields = ("integration__name", "prefix")
    ordering = ("-created",)
    actions = None

    class Media:
        css = {"all": ("cases/custom_fields.css",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse it to everyone: a revoked key stays on record."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Return the list, the form and the revocation; a key has no page of its own.

        Keys go by their prefix: the primary key holds the hash, which belongs in no address.
        """
        view, name = self.admin_site.admin_view, "cases_apikey"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("add/", view(self.add_view), name=f"{name}_add"),
            path("<slug:prefix>/revoke/", view(self.revoke_view), name=f"{name}_revoke"),
            path("<slug:prefix>/rotate/", view(self.rotate_view), name=f"{name}_rotate"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        return super().changelist_view(request, {"title": _("API keys"), **(extra_context or {})})

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the last column if the user may not revoke keys."""
        columns = super().get_list_display(request)
        return columns if self.has_change_permission(request) else columns[:-1]

    @method_decorator(never_cache)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Issue a key; the answer to the POST is the only place that ever shows its value."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ApiKeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._issue(request, form.cleaned_data["integration"], form.expires)
            except ValidationFailed as problem:
                form.show_problems(problem.fields)
        for field in form.fields.values():
            field.widget.attrs["class"] = " ".join(INPUT_CLASSES)
        return self._page(request, "form", title=_("Issue an API key"), form=form)

    def revoke_view(self, request: HttpRequest, prefix: str) -> HttpResponse:
        """Ask whether to revoke a key, and revoke it on POST."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        key = get_object_or_404(ApiKey.objects.select_related("integration"), prefix=prefix)
        if request.method != "POST":
            return self._page(
                request,
                "revoke",
                title=_("Revoke an API key"),
                key=key,
                last_used=time_at(key.last_used) if key.last_used else "",
            )
        if revoke_key(key=key):
            self.log_change(request, key, "Revoked.")
            text = _("Key %(prefix)s of %(integration)s was revoked.")
            names = {"prefix": key.prefix, "integration": isolated(key.integration)}
            messages.success(request, text % names)
        else:
            text = _("Key %(prefix)s had already been revoked.")
            messages.info(request, text % {"prefix": key.prefix})
        return HttpResponseRedirect(reverse("admin:cases_apikey_changelist"))

    @method_decorator(never_cache)
    def rotate_view(self, request: HttpRequest, prefix: str) -> HttpResponse:
        """Show the progress of replacing a key; a POST issues its successor.

        A revoked key still has this page; a key for checks has none.
        """
        if not (self.has_change_permission(request) and self.has_add_permission(request)):
            raise PermissionDenied
        key = get_object_or_404(ApiKey.objects.select_related("integration"), prefix=prefix)
        problem = rotation_problem(key)
        if problem and (request.method == "POST" or key.integration.for_checks):
            messages.info(request, problem)
            return HttpResponseRedirect(reverse("admin:cases_apikey_changelist"))
        if request.method == "POST":
            return self._issue(request, key.integration.name, None, replaced=key)
        title = _("Replace an API key")
        return self._page(request, "rotate", title=title, **rotation_context(key))

    @sensitive_variables("header")
    def _issue(
        self,
        request: HttpRequest,
        integration: str,
        expires: datetime | None,
        replaced: ApiKey | None = None,
    ) -> HttpResponse:
        key, header = issue_key(integration=integration, expires=expires)
        self.log_addition(request, key, "Issued.")
        body = orjson.dumps(registration_body(header=header), option=orjson.OPT_INDENT_2)
        return self._page(
            request,
            "issued",
            title=_("API key issued"),
            key=key,
            expiry=time_at(key.expiry_date) if key.expiry_date else "",
            header=header,
            registration=body.decode(),
            replaced=replaced,
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": reverse("admin:cases_apikey_changelist"),
        }
        return TemplateResponse(request, f"admin/cases/api_keys/{name}.html", shared | context)

    @admin.display(description=gettext_lazy("Integration"), ordering="integration__name")
    def shown_integration(self, key: ApiKey) -> SafeString:
        """Return the name of the integration."""
        return format_html('<bdi dir="auto">{}</bdi>', visible(key.integration.name))

    @admin.display(description=gettext_lazy("Key starts with"), ordering="prefix")
    def shown_prefix(self, key: ApiKey) -> SafeString:
        """Return the part of the key that isn't secret."""
        return format_html("<code>{}…</code>", key.prefix)

    @admin.display(description=gettext_lazy("Status"))
    def shown_status(self, key: ApiKey) -> SafeString:
        """Return whether the API accepts the key now."""
        stage, text = "live", _("Active")
        if key.revoked:
            stage, text = "revoked", _("Revoked")
        elif key.has_expired:
            stage, text = "retiring", _("Expired")
        return format_html(
            '<span class="settings"><span class="settings-stage settings-stage-{}">{}</span></span>',
            stage,
            text,
        )

    @admin.display(description=gettext_lazy("Issued"), ordering="created")
    def shown_created(self, key: ApiKey) -> SafeString:
        """Return when the key was issued."""
        return time_at(key.created)

    @admin.display(description=gettext_lazy("Last used"), ordering="last_used")
    def shown_last_used(self, key: ApiKey) -> SafeString | str:
        """Return how long ago the API last took the key, to the minute."""
        return time_ago(key.last_used) if key.last_used else _("Never")

    @admin.display(description=gettext_lazy("Expires"), ordering="expiry_date")
    def shown_expiry(self, key: ApiKey) -> SafeString | str:
        """Return when the key stops being accepted."""
        return time_at(key.expiry_date) if key.expiry_date else _("Never")

    @admin.display(description=gettext_lazy("Actions"))
    def actions_column(self, key: ApiKey) -> SafeString | str:
        """Return the links that replace and revoke the key, unless it is revoked."""
        if key.revoked:
            return ""
        replace = () if rotation_problem(key) else ((_("Replace"), "rotate"),)
        actions = (*replace, (_("Revoke"), "revoke"))
        return format_html_join(
            " ",
            '<a class="settings-button settings-small" href="{}">{}<code class="settings-hidden"> {}</code></a>',
            (
                (reverse(f"admin:cases_apikey_{name}", args=(key.prefix,)), label, key.prefix)
                for label, name in actions
            ),
        )
