"""Recent requests: every call as Khoros made it, and the replay of what was refused."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from cases.admin.api_requests.context import page_context
from cases.admin.api_requests.contract_console import console_view
from cases.admin.api_requests.filters import OperationFilter, OutcomeFilter, StatusFilter
from cases.admin.common.formatting import format_number, time_ago
from cases.admin.common.listing import column
from cases.admin.common.read_only import ReadOnlyAdmin
from cases.admin.common.untrusted_text import isolated, visible
from cases.api.replay import replay_request
from cases.errors import ValidationFailed
from cases.models import Case, RecordedRequest
from cases.selectors.counts import CappedCount
from cases.selectors.requests import list_requests

_ASTRAY = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def _case(row: RecordedRequest) -> Case | None:
    """Return the case that the call, or its replay, made, read or changed; no query."""
    case_id = row.case_id or getattr(row, "became", None)
    return None if case_id is None else Case(pk=case_id)


def _asked(row: RecordedRequest) -> str:
    """Return the operation of a call, or its address where a write came to a wrong one."""
    is_astray = row.status in _ASTRAY and row.body_size
    return row.operation if row.operation and not is_astray else f"{row.method} {row.path}"


def _case_number(row: RecordedRequest) -> str:
    case = _case(row)
    return case.number if case else ""


class RequestListAdmin(ReadOnlyAdmin):
    """The list of calls, the page of one, and its replay."""

    list_display = (
        "called",
        "call",
        "outcome",
        "case_link",
        "took",
        "agent",
        "caller",
        "client",
    )
    list_display_links = ("called", "call")
    list_filter = (OutcomeFilter, OperationFilter, StatusFilter)
    sortable_by = ()
    page_template = "admin/cases/api_requests/page.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecordedRequest]:
        """Return the calls without their bodies."""
        return list_requests()

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, the replay and the contract console."""
        view, name = self.admin_site.admin_view, "cases_recordedrequest"
        own = [
            path("console/", view(self.console), name=f"{name}_console"),
            path("<int:object_id>/replay/", view(self.replay), name=f"{name}_replay"),
            path("<int:object_id>/body/", view(self.body), name=f"{name}_body"),
        ]
        return own + list(super().get_urls())

    def may_replay(self, request: HttpRequest) -> bool:
        """Tell whether the user may replay: that needs the permission to change requests."""
        return cast(User, request.user).has_perm("cases.change_recordedrequest")

    def count_rows(self, keys: Collection[int]) -> Mapping[int, CappedCount]:
        """Count nothing: a call has no rows of its own."""
        return {}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        return super().changelist_view(request, {"title": _("Requests"), **(extra_context or {})})

    def page_context(self, request: HttpRequest, row: RecordedRequest) -> dict[str, Any]:
        """Return everything that is kept of a call."""
        return page_context(request, row, may_replay=self.may_replay(request))

    @method_decorator(require_POST)
    def replay(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send a kept request through the API again, or say what would happen."""
        if not self.may_replay(request):
            raise PermissionDenied
        row = get_object_or_404(RecordedRequest, pk=object_id)
        page = reverse("admin:cases_recordedrequest_change", args=(row.pk,))
        dry_run = "dry_run" in request.POST
        try:
            replayed = replay_request(recorded=row, user=cast(User, request.user), dry_run=dry_run)
        except ValidationFailed:
            messages.error(request, _("It was already replayed, or not all of it was kept."))
            return HttpResponseRedirect(page)
        if dry_run:
            context = self.admin_site.each_context(request) | {"opts": self.opts}
            context |= self.page_context(request, row) | {"dry_run": replayed}
            return TemplateResponse(request, self.page_template, context)
        if replayed.succeeded:
            text = _("Replayed: the portal answered %(status)s.")
            messages.success(request, text % {"status": replayed.status})
        else:
            text = _("Still refused (%(status)s): %(message)s")
            reason = isolated(replayed.answer.get("message", ""))
            messages.warning(request, text % {"status": replayed.status, "message": reason})
        return HttpResponseRedirect(page)

    @method_decorator(require_safe)
    def body(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the kept bytes of a request as a file, which no browser shows or runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(RecordedRequest, pk=object_id, body__isnull=False)
        name = f'attachment; filename="request-{row.pk}.bin"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return HttpResponse(
            bytes(row.body or b""), content_type="application/octet-stream", headers=headers
        )

    def console(self, request: HttpRequest) -> HttpResponse:
        """Show how each operation fares, and run the self-check."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return console_view(self, request, may_check=self.may_replay(request))

    @column(label=gettext_lazy("Time"), value=lambda row: row.at, is_time=True)
    def called(self, row: RecordedRequest) -> SafeString:
        """Return when the call came."""
        return time_ago(row.at)

    @column(label=gettext_lazy("Operation"), value=_asked)
    def call(self, row: RecordedRequest) -> SafeString:
        """Return the operation, or what was asked for where that is none."""
        call = format_html(
            '<code class="cp-call"><bdi dir="auto">{}</bdi></code>', visible(_asked(row))
        )
        is_replay = row.replay_of_id is not None
        return format_html("{} ({})", call, _("replay")) if is_replay else call

    @column(label=gettext_lazy("Response"), value=lambda row: f"{row.status} {row.error}".strip())
    @display(label={"2": "success", "4": "warning", "5": "danger"})
    def outcome(self, row: RecordedRequest) -> tuple[str, str]:
        """Return status and error code, coloured by the kind of status."""
        return str(row.status)[:1], f"{row.status} {row.error}".strip()

    @column(
        label=gettext_lazy("Duration"),
        value=lambda row: row.duration_ms,
        file_label=gettext_lazy("Duration (ms)"),
    )
    def took(self, row: RecordedRequest) -> str:
        """Return how long the portal took."""
        return _("%(number)s ms") % {"number": format_number(row.duration_ms)}

    @column(label=gettext_lazy("Khoros agent"), value=lambda row: row.khoros_agent)
    def agent(self, row: RecordedRequest) -> SafeString:
        """Return who acted in Khoros, cut by the width of the column."""
        return _cut(row.khoros_agent)

    @column(label=gettext_lazy("Integration"), value=lambda row: str(row.integration or ""))
    def caller(self, row: RecordedRequest) -> SafeString:
        """Return whose key the call came with."""
        return _cut(str(row.integration or ""))

    @column(label=gettext_lazy("User agent"), value=lambda row: row.user_agent)
    def client(self, row: RecordedRequest) -> SafeString:
        """Return what the client called itself, cut by the width of the column."""
        return _cut(row.user_agent)

    @column(label=gettext_lazy("Case"), value=_case_number)
    def case_link(self, row: RecordedRequest) -> SafeString | str:
        """Return a link to the case that the call, or its replay, made, read or changed."""
        case = _case(row)
        if case is None:
            return "–"
        page = reverse("admin:cases_case_change", args=(case.pk,))
        return format_html('<a href="{}">{}</a>', page, case.number)


def _cut(text: str) -> SafeString:
    """Return a text cut by the width of its column, whole on hover."""
    return format_html(
        '<bdi dir="auto" class="cp-cut" title="{}">{}</bdi>', isolated(text), visible(text or "–")
    )
