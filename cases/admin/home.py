"""The home page: how the work stands, what is new, and what needs attention."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from cases.admin.case_rows import case_rows
from cases.admin.navigation import list_url, may_open
from cases.admin.notices import field_notices, first_steps, key_notices, request_notices
from cases.models import ApiKey, Case, CustomProperty, RecordedRequest
from cases.selectors.home import (
    case_figures,
    count_kept_requests,
    field_figures,
    key_figures,
)


def add_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the home page with what this user may see of it.

    How many queries it takes depends on what the user may see, never on how much there is.
    """
    fields = field_figures() if may_open(request, CustomProperty) else None
    keys = key_figures() if may_open(request, ApiKey) else None
    kept = count_kept_requests() if may_open(request, RecordedRequest) else None
    cases = _cases(request) if may_open(request, Case) else {}
    is_new = not (cases and cases["figures"].any) and keys is not None and not keys.used
    home: dict[str, Any] = {
        "title": "Home",
        "has_role": sum(len(group["items"]) for group in context["sidebar_navigation"]) > 1,
        "steps": list(first_steps(keys, fields)) if is_new and keys else [],
        "instance_url": instance_url(),
        "notices": [
            *(key_notices(keys) if keys and not is_new else ()),
            *(request_notices(kept) if kept else ()),
            *(field_notices(fields) if fields else ()),
        ],
    }
    return context | home | cases


def instance_url() -> str:
    """Return the base address that Khoros calls: its `instanceUrl`."""
    return f"{settings.PORTAL_URL}/{settings.API_PREFIX}".rstrip("/")


def _cases(request: HttpRequest) -> dict[str, Any]:
    day_began = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    figures = case_figures(day_began=day_began)
    rows = case_rows(request, figures.newest, moment="created")
    waiting = case_rows(request, figures.waiting, moment="last_updated", with_customer=False)
    return {
        "figures": figures,
        "case_list_url": list_url(Case),
        "newest": rows,
        "waiting": waiting,
    }
