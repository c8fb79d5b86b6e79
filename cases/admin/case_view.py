"""The page of a case, and what its buttons do."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_text_list
from unfold.admin import ModelAdmin

from cases.admin.case_page import page_context
from cases.choices import ObjectType
from cases.forms.case_properties import CasePropertiesForm
from cases.models import Case
from cases.selectors.properties import accepted_definitions
from cases.services.case_status import close_cases, reopen_cases
from cases.services.cases import update_case
from cases.services.incoming import Actor, CasePatch


class CaseView(ModelAdmin):
    """The part of the admin of cases that is one case's page."""

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
        definitions = accepted_definitions(ObjectType.CASE)
        data = request.POST if "save" in request.POST else None
        form = CasePropertiesForm(data, definitions=definitions, stored=case.properties)
        if request.method == "POST" and self._work(request, case, form):
            return HttpResponseRedirect(request.get_full_path())
        return TemplateResponse(
            request,
            "admin/cases/case_page.html",
            {
                **self.admin_site.each_context(request),
                **page_context(request, case, form, may_change=may_change),
                "opts": self.opts,
                "original": case,
                "title": str(case),
                "preserved_filters": self.get_preserved_filters(request),
                **(extra_context or {}),
            },
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the case's own page, which shows the history."""
        address = reverse("admin:cases_case_change", args=(object_id,))
        return HttpResponseRedirect(f"{address}#history")

    def _work(self, request: HttpRequest, case: Case, form: CasePropertiesForm) -> bool:
        """Do what the pressed button says and tell so; return whether it is done."""
        actor = Actor.from_user(cast(User, request.user))
        if "close" in request.POST:
            changed = close_cases(case_ids=[case.pk], actor=actor)
            self._tell(
                request, f"{case.number} {'is closed.' if changed else 'was closed already.'}"
            )
        elif "reopen" in request.POST:
            changed = reopen_cases(case_ids=[case.pk], actor=actor)
            self._tell(
                request, f"{case.number} {'is open again.' if changed else 'was open already.'}"
            )
        elif "save" in request.POST:
            return self._save(request, case, form, actor)
        else:
            raise BadRequest("No button was pressed.")
        return True

    def _save(
        self, request: HttpRequest, case: Case, form: CasePropertiesForm, actor: Actor
    ) -> bool:
        if not form.is_valid():
            return False
        changes = update_case(
            case_id=case.pk, patch=CasePatch(properties=form.changes), actor=actor
        )
        labels = [form.definitions[name].label for name in changes]
        saved = f"Saved: {get_text_list(labels, 'and')}." if labels else "Nothing was changed."
        self._tell(request, saved)
        return True

    def _tell(self, request: HttpRequest, message: str) -> None:
        self.message_user(request, message, messages.SUCCESS)
