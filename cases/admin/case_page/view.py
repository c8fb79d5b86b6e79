"""The page of a case, and its actions."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from cases.admin.case_page.actions import ACTIONS, perform
from cases.admin.case_page.activity_log import who
from cases.admin.case_page.context import make_forms, make_forms_again, page_context
from cases.admin.case_page.submission import Submission
from cases.admin.common.untrusted_text import isolated
from cases.models import Case
from cases.selectors.case_page import get_case

_SAVED, _MOST_SAVED = "saved_forms", 20


def show_case(page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show a case and perform actions on it; redirect to the dashboard if it doesn't exist."""
    may_change = page.has_change_permission(request)
    if not (may_change if request.method == "POST" else page.has_view_permission(request)):
        raise PermissionDenied
    case = _find_case(unquote(object_id))
    if case is None:
        return _to_dashboard(page, request, object_id)
    if request.method == "POST":
        return _perform(page, request, case)
    return _show(page, request, case, may_change=may_change)


def show_case_activity(object_id: str) -> HttpResponse:
    """Redirect to the case's own page, which shows its activity."""
    address = reverse("admin:cases_case_change", args=(object_id,))
    return HttpResponseRedirect(f"{address}#activity")


def _find_case(object_id: str) -> Any:
    """Return the case with the related rows that its page shows, or None."""
    try:
        return get_case(Case._meta.pk.to_python(object_id))
    except (ValidationError, ValueError):
        return None


def _to_dashboard(page: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    message = _("There is no case with the id “%(id)s”. Perhaps it was deleted?")
    messages.warning(request, message % {"id": isolated(object_id)})
    return HttpResponseRedirect(reverse("admin:index", current_app=page.admin_site.name))


def _perform(page: ModelAdmin, request: HttpRequest, case: Any) -> HttpResponse:
    """Perform the action of the button; show the page again if that isn't possible."""
    button = next((name for name in ACTIONS if name in request.POST), "")
    if not button:
        raise BadRequest("No button was pressed.")
    forms = make_forms(case, data=request.POST, button=button)
    submission = Submission(case, cast(User, request.user), request.POST, forms, button)
    message = perform(submission)
    if message is None:
        # Read again: it may have been changed by someone else.
        return _show(page, request, get_case(case.pk), submission=submission, may_change=True)
    _remember_saved(request, submission.token)
    messages.success(request, message)
    if submission.others_events:
        messages.info(request, _others_message(submission))
    return HttpResponseRedirect(request.get_full_path())


def _show(
    page: ModelAdmin,
    request: HttpRequest,
    case: Any,
    *,
    may_change: bool,
    submission: Submission | None = None,
) -> HttpResponse:
    forms = make_forms_again(case, submission) if submission else make_forms(case)
    return TemplateResponse(
        request,
        "admin/cases/case_page/page.html",
        {
            **page.admin_site.each_context(request),
            **page_context(request, case, forms, may_change=may_change, submission=submission),
            "saved": request.session.get(_SAVED, []),
            "opts": page.opts,
            "original": case,
            "title": isolated(case),
            "preserved_filters": page.get_preserved_filters(request),
        },
    )


def _remember_saved(request: HttpRequest, token: str) -> None:
    """Remember that the form with this token was saved, for the next pages to say so.

    The browser stores a draft until it reads that; without scripts it sends no token.
    """
    if token:
        request.session[_SAVED] = [*request.session.get(_SAVED, []), token][-_MOST_SAVED:]


def _others_message(submission: Submission) -> str:
    actions = [
        _("%(what)s by %(who)s") % {"what": event.get_kind_display(), "who": isolated(who(event))}
        for event in submission.others_events
    ]
    return _("Others have changed this case since you opened it: %(actions)s. See Activity.") % {
        "actions": get_text_list(list(dict.fromkeys(actions)), _("and"))
    }
