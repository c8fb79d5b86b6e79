"""What the case list shows of saved views, and the way from a view to the list."""

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from cases.admin.case_list.saved_view_queries import VIEW_PARAMETER, list_state, view_state
from cases.admin.common.untrusted_text import isolated
from cases.forms.saved_view import SavedViewForm
from cases.models import SavedView


def open_address(request: HttpRequest, view: SavedView) -> str:
    """Return the list's address for a view; tell the user which parts of it no longer exist."""
    state = view_state(view)
    if state.left_out:
        message = _("“%(name)s” is shown without parts that no longer exist: %(parts)s.")
        parts = ", ".join(map(isolated, state.left_out))
        messages.warning(request, message % {"name": isolated(view.name), "parts": parts})
    return f"{reverse('admin:cases_case_changelist')}?{state.list_query.encode()}"


def views_bar(request: HttpRequest, views: list[SavedView]) -> dict[str, Any]:
    """Return the context of the bar, given the views that the user may open; no query."""
    query = list_state(request.GET)
    opened = request.GET.get(VIEW_PARAMETER)
    current = next((view for view in views if str(view.pk) == opened), None)
    # The address may match a view without naming it.
    current = current or next((view for view in views if _is_same(view.query, query)), None)
    return {
        "own": [view for view in views if view.owner_id == request.user.pk],
        "others": [view for view in views if view.owner_id != request.user.pk],
        "current": current,
        "is_own": current is not None and current.owner_id == request.user.pk,
        "is_changed": current is not None and not _is_same(current.query, query),
        "query": query,
        "form": styled_form(SavedViewForm(auto_id="save-view-%s")),
    }


def styled_form(form: SavedViewForm) -> SavedViewForm:
    """Return the form with the theme's styles."""
    form.fields["name"].widget.attrs["class"] = " ".join(INPUT_CLASSES)
    return form


def _is_same(one: str, other: str) -> bool:
    # Sorted, because the order of filters follows that of the custom fields, which may change.
    return sorted(parse_qsl(one)) == sorted(parse_qsl(other))
