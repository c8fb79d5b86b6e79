"""The case list and its saved views in Django's admin."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.admin import ModelAdmin

from cases.admin.case_list.changelist import CaseChangeList, case_list_context
from cases.admin.case_list.columns import chosen_columns
from cases.admin.case_list.saved_view_bar import open_address, views_bar
from cases.admin.case_list.saved_views import saved_view_urls
from cases.admin.common.listing import IDS, ListAdmin, Listing
from cases.admin.common.navigation import list_url
from cases.admin.common.selection import read_selection
from cases.errors import ValidationFailed
from cases.models import Case
from cases.selectors.case_list.listing import in_order, listed_cases
from cases.selectors.case_list.query import read_query
from cases.selectors.saved_views import is_start, list_views


@admin.action(permissions=["view"], description=_lazy("Export…"))
def export_selected(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Case]
) -> HttpResponse:
    """Redirect to the export page."""
    try:
        chosen = read_selection(request, query=request.GET.urlencode())
    except ValidationFailed as problem:
        messages.warning(request, problem.message)
        return HttpResponseRedirect(list_url(Case))
    ids = ",".join(map(str, chosen.case_ids or ()))
    more = f"&{urlencode({IDS: ids})}" if ids else ""
    url = reverse("admin:cases_case_export")
    return HttpResponseRedirect(f"{url}?{request.GET.urlencode()}{more}")


class CaseListAdmin(ListAdmin):
    """The part of the admin of cases that is their list."""

    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/cases/case_list/page.html"
    show_facets = admin.ShowFacets.NEVER
    # Only turns the search on; `search_cases` does it.
    search_fields = ("title",)
    search_help_text = _lazy("Number, title, customer, @handle or text")

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of saved views before those of cases."""
        return [*saved_view_urls(self), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CaseChangeList]:
        """Return the list that pages by position."""
        return CaseChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list with its views; its bare address redirects to the start view, if there is one.

        Every other address of the list has a parameter, so that there is no redirect loop.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        user = cast(User, request.user)
        views = list_views(user)
        if request.method in {"GET", "HEAD"} and not request.GET:
            start = next(filter(is_start, views), None)
            if start is not None:
                return HttpResponseRedirect(open_address(request, start))
        own = {"title": _("Cases"), "saved_views": views_bar(request, views)}
        answer = super().changelist_view(request, {**own, **(extra_context or {})})
        context = answer.context_data if isinstance(answer, TemplateResponse) else None
        if context and "cl" in context:
            context |= case_list_context(context["cl"], user)
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with their customers, whom the page of a case shows."""
        return super().get_queryset(request).select_related("customer")

    def listing(self, request: HttpRequest, query: QueryDict, ids: Sequence[int]) -> Listing:
        """Return the cases of the list at `query` in its columns, or those with these ids."""
        list_query = read_query(query)
        rows = listed_cases(list_query, cast(User, request.user))
        if ids:
            # A selected case may have left its tab since; it is included anyway.
            rows = in_order(Case.objects.filter(pk__in=ids), list_query)
        return Listing(
            rows.select_related("assignee"),
            [column.file_column() for column in chosen_columns(list_query.columns)],
            lambda chunk: None,
        )
