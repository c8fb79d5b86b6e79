"""The list of cases, and its address as other pages use it."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.admin import ModelAdmin

from cases.admin.inbox import InboxChangeList, inbox_context
from cases.models import Case
from cases.selectors import inbox
from cases.selectors.inbox_query import read_query


def neighbours(request: HttpRequest, case: Case, query: str) -> tuple[int | None, int | None]:
    """Return the ids of the cases before and after `case` in the list of a query string.

    The case page has that query string from its own `_changelist_filters`.
    """
    return inbox.neighbours(read_query(query), case, cast(User, request.user))


class CaseList(ModelAdmin):
    """The part of the admin of cases that is the list."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Only says that there is a search; what is searched stands in `search_cases`.
    search_fields = ("title",)
    search_help_text = _lazy("Number, title, customer, @handle or text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InboxChangeList]:
        """Return the list that pages by position."""
        return InboxChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        answer = super().changelist_view(request, {"title": _("Cases"), **(extra_context or {})})
        context = answer.context_data if isinstance(answer, TemplateResponse) else None
        if context and "cl" in context:
            context |= inbox_context(context["cl"], cast(User, request.user))
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with their customers, whom the page of a case shows."""
        return super().get_queryset(request).select_related("customer")
