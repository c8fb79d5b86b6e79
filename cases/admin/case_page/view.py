"""The page of a case, and what its buttons do."""

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

from cases.admin.case_page.actions import ACTS, perform
from cases.admin.case_page.activity_log import who
from cases.admin.case_page.context import make_forms, make_forms_again, page_context
from cases.admin.case_page.submission import Work
from cases.admin.common.untrusted_text import isolated
from cases.selectors.case_page import get_case

_SAVED, _MOST_SAVED = "saved_forms", 20


class CaseView(ModelAdmin):
    """The part of the admin of cases that is one case's page."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the case with what its page shows of other rows, or None."""
        try:
            return get_case(self.model._meta.pk.to_python(object_id))
        except (ValidationError, ValueError):
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case and take what staff do to it; a missing one leads to the home page."""
        may_change = self.has_change_permission(request)
        if not (may_change if request.method == "POST" else self.has_view_permission(request)):
            raise PermissionDenied
        case = self.get_object(request, unquote(object_id))
        if case is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            return self._work(request, case)
        return self._show(request, case, may_change=may_change, extra=extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the case's own page, which shows the history."""
        address = reverse("admin:cases_case_change", args=(object_id,))
        return HttpResponseRedirect(f"{address}#history")

    def _work(self, request: HttpRequest, case: Any) -> HttpResponse:
        """Do what the pressed button says; show the page again where that can't be done."""
        button = next((name for name in ACTS if name in request.POST), "")
        if not button:
            raise BadRequest("No button was pressed.")
        forms = make_forms(case, data=request.POST, button=button)
        work = Work(case, cast(User, request.user), request.POST, forms, button)
        told = perform(work)
        if told is None:
            # As it is by now: somebody else may be the reason.
            return self._show(request, get_case(case.pk), work=work, may_change=True)
        _remember_saved(request, work.token)
        self.message_user(request, told, messages.SUCCESS)
        if work.meanwhile:
            self.message_user(request, _meanwhile(work), messages.INFO)
        return HttpResponseRedirect(request.get_full_path())

    def _show(
        self,
        request: HttpRequest,
        case: Any,
        *,
        may_change: bool,
        work: Work | None = None,
        extra: dict[str, Any] | None = None,
    ) -> HttpResponse:
        forms = make_forms_again(case, work) if work else make_forms(case)
        return TemplateResponse(
            request,
            "admin/cases/case_page/page.html",
            {
                **self.admin_site.each_context(request),
                **page_context(request, case, forms, may_change=may_change, work=work),
                "saved": request.session.get(_SAVED, []),
                "opts": self.opts,
                "original": case,
                "title": isolated(case),
                "preserved_filters": self.get_preserved_filters(request),
                **(extra or {}),
            },
        )


def _remember_saved(request: HttpRequest, token: str) -> None:
    """Let the pages to come say that what this token was sent with is saved.

    A browser keeps what was typed until it reads that; without scripts it sends no token.
    """
    if token:
        request.session[_SAVED] = [*request.session.get(_SAVED, []), token][-_MOST_SAVED:]


def _meanwhile(work: Work) -> str:
    acts = [
        _("%(what)s by %(who)s") % {"what": event.get_kind_display(), "who": isolated(who(event))}
        for event in work.meanwhile
    ]
    return _("Others worked on this case in the meantime: %(acts)s. The history has it all.") % {
        "acts": get_text_list(list(dict.fromkeys(acts)), _("and"))
    }
