"""What staff do to many cases at once: the actions of the list, their pages, and who may use them."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from cases.admin.bulk.views import (
    ask,
    halt_job,
    read_action,
    read_selection,
    show_job,
    show_jobs,
    step_job,
)
from cases.admin.case_list.columns import chosen_columns
from cases.admin.common.navigation import list_url
from cases.admin.export.columns import ExportColumn, Listing
from cases.admin.export.views import IDS, Exportable
from cases.choices import BulkAction
from cases.errors import ValidationFailed
from cases.models import Case
from cases.selectors.case_list.listing import in_order, listed_cases
from cases.selectors.case_list.query import read_query


class CaseActions(Exportable):
    """The part of the admin of cases that works on a selection of the list."""

    actions = (
        "close_selected",
        "reopen_selected",
        "assign_selected",
        "tag_selected",
        "export_selected",
    )

    class Media:
        css = {"all": ("cases/bulk.css",)}

    @admin.action(permissions=["change"], description=_("Close…"))
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Ask for the resolution."""
        return _ask(self, request, BulkAction.CLOSE)

    @admin.action(permissions=["change"], description=_("Reopen…"))
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Ask whether it is meant."""
        return _ask(self, request, BulkAction.REOPEN)

    @admin.action(permissions=["change"], description=_("Assign…"))
    def assign_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Ask to whom."""
        return _ask(self, request, BulkAction.ASSIGN)

    @admin.action(permissions=["change"], description=_("Tags…"))
    def tag_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Ask which tags."""
        return _ask(self, request, BulkAction.TAG)

    @admin.action(permissions=["view"], description=_("Export…"))
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
        """Lead to the page that offers the files."""
        try:
            chosen = read_selection(request, query=request.GET.urlencode())
        except ValidationFailed as problem:
            messages.warning(request, problem.message)
            return HttpResponseRedirect(list_url(Case))
        ids = ",".join(map(str, chosen.case_ids or ()))
        more = f"&{urlencode({IDS: ids})}" if ids else ""
        url = reverse("admin:cases_case_export")
        return HttpResponseRedirect(f"{url}?{request.GET.urlencode()}{more}")

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of bulk work besides those of the list."""
        name = "cases_case_bulk"
        pages: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
            ("bulk/", self.bulk_jobs, "jobs"),
            ("bulk/<int:job_id>/", self.bulk_job, "job"),
            ("bulk/<int:job_id>/step/", self.bulk_step, "step"),
            ("bulk/<int:job_id>/stop/", self.bulk_stop, "stop"),
            ("bulk/do/<slug:action>/", self.bulk_begin, "begin"),
        )
        view = self.admin_site.admin_view
        own = [path(route, view(page), name=f"{name}_{end}") for route, page, end in pages]
        return own + list(super().get_urls())

    def listing(self, request: HttpRequest, query: QueryDict, ids: Any) -> Listing:
        """Return the cases of the list at `query` in its columns, or those with these ids."""
        list_query = read_query(query)
        columns = chosen_columns(list_query.columns)
        rows = listed_cases(list_query, cast(User, request.user))
        if ids:
            # A chosen case may have left its tab meanwhile, and is meant all the same.
            rows = in_order(Case.objects.filter(pk__in=ids), list_query)
        return Listing(
            rows.select_related("assignee"),
            [ExportColumn(_file_label(one), one.value, one.is_time) for one in columns],
            lambda chunk: None,
        )

    def bulk_begin(self, request: HttpRequest, action: str) -> HttpResponse:
        """Take what an action needs, and begin."""
        return _posted(self, request, lambda: ask(self, request, read_action(action)))

    def bulk_jobs(self, request: HttpRequest) -> HttpResponse:
        """Show the user's recent bulk work."""
        _check_bulk(self, request)
        return show_jobs(self, request)

    def bulk_job(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Show one of them."""
        _check_bulk(self, request)
        return show_job(self, request, job_id)

    def bulk_step(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Do the next part of one."""
        return _posted(self, request, lambda: step_job(request, job_id))

    def bulk_stop(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Stop one."""
        return _posted(self, request, lambda: halt_job(request, job_id))


def _ask(page: CaseActions, request: HttpRequest, action: BulkAction) -> HttpResponse:
    return ask(page, request, action, query=request.GET.urlencode())


# Functions, because another part of the same admin may have a method of any name.
def _posted(
    page: CaseActions, request: HttpRequest, act: Callable[[], HttpResponse]
) -> HttpResponse:
    _check_bulk(page, request)
    return act() if request.method == "POST" else HttpResponseNotAllowed(["POST"])


def _check_bulk(page: CaseActions, request: HttpRequest) -> None:
    if not page.has_change_permission(request):
        raise PermissionDenied


_FILE_LABELS = {"created": _("Opened"), "updated": _("Last activity")}


def _file_label(column: Any) -> str:
    """Return the label of a column: a file says when, where the list says how long ago."""
    return str(_FILE_LABELS.get(column.name, column.label))
