"""The list of cases."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.admin import ModelAdmin

from cases.admin.case_list.changelist import CaseChangeList, case_list_context
from cases.models import Case


class CaseList(ModelAdmin):
    """The part of the admin of cases that is the list."""

    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/cases/case_list/page.html"
    show_facets = admin.ShowFacets.NEVER
    # Only says that there is a search; what is searched stands in `search_cases`.
    search_fields = ("title",)
    search_help_text = _lazy("Number, title, customer, @handle or text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CaseChangeList]:
        """Return the list that pages by position."""
        return CaseChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        answer = super().changelist_view(request, {"title": _("Cases"), **(extra_context or {})})
        context = answer.context_data if isinstance(answer, TemplateResponse) else None
        if context and "cl" in context:
            context |= case_list_context(context["cl"], cast(User, request.user))
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with their customers, whom the page of a case shows."""
        return super().get_queryset(request).select_related("customer")
