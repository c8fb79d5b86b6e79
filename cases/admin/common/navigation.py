"""The navigation: the pages that the user may open."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from cases.models import ApiKey, Author, Case, Customer, CustomProperty, RecordedRequest
from cases.selectors.dashboard.notices import count_open_cases

_WORK = (
    (Case, gettext_lazy("Cases"), "inbox"),
    (Customer, gettext_lazy("Customers"), "group"),
    (Author, gettext_lazy("Authors"), "record_voice_over"),
)
_SETTINGS = (
    (CustomProperty, gettext_lazy("Custom fields"), "tune"),
    (ApiKey, gettext_lazy("API keys"), "key"),
    (RecordedRequest, gettext_lazy("Requests"), "swap_vert"),
    (User, gettext_lazy("Users"), "manage_accounts"),
)


def may_open(request: HttpRequest, model: type[Any]) -> bool:
    """Tell whether the user may open the list of `model`."""
    if not admin.site.is_registered(model):
        return False
    return admin.site.get_model_admin(model).has_view_or_change_permission(request)


def list_url(model: type[Any]) -> str:
    """Return the address of the list of `model`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the sidebar, as the theme expects them."""
    home = {"title": gettext("Dashboard"), "icon": "home", "link": reverse("admin:index")}
    work = [home, *_items(request, _WORK)]
    settings = _items(request, _SETTINGS)
    if may_open(request, RecordedRequest):
        console = reverse("admin:cases_recordedrequest_console")
        if request.path == console:
            # Its address starts with that of the requests, which the theme would mark as active too.
            _find(settings, list_url(RecordedRequest))["active"] = False
        settings.append(
            {"title": gettext("Contract console"), "icon": "fact_check", "link": console}
        )
    groups: list[dict[str, Any]] = [{"items": work}]
    if settings:
        groups.append({"title": gettext("Settings"), "separator": True, "items": settings})
    return groups


def _items(
    request: HttpRequest, pages: tuple[tuple[type[Any], Promise | str, str], ...]
) -> list[dict[str, Any]]:
    return [
        {"title": title, "icon": icon, "link": list_url(model), **_badge(model)}
        for model, title, icon in pages
        if may_open(request, model)
    ]


def _find(items: list[dict[str, Any]], link: str) -> dict[str, Any]:
    return next(item for item in items if item["link"] == link)


def _badge(model: type[Any]) -> dict[str, Any]:
    if model is not Case:
        return {}
    count = count_open_cases()
    return {"badge": str(count), "badge_variant": "primary"} if count else {}
