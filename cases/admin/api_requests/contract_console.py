"""The contract console: how each operation fares, and the portal's check of itself."""

import json
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from cases.addresses import instance_url
from cases.admin.common.formatting import format_number, time_ago
from cases.contract_check import Exchange, StepResult, run_contract_check
from cases.selectors.requests import OperationFigures, last_calls
from cases.services.check_data import temporary_check_key

_REFUSED = 400
_FAILED = 500


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation of the console; the texts are empty where Khoros never called it."""

    name: str
    label: str
    when: str = ""
    status: str = ""
    kind: str = ""
    took: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a self-check, with its request and answer as texts."""

    step: StepResult
    request: str = ""
    answer: str = ""


def console_view(model_admin: ModelAdmin, request: HttpRequest, *, may_check: bool) -> HttpResponse:
    """Show the console; a POST runs the self-check against the portal's own public address.

    Raises PermissionDenied where the user may look but not check.
    """
    steps: list[StepRow] = []
    if request.method == "POST":
        if not may_check:
            raise PermissionDenied
        steps = [_step_row(step) for step in check_own_contract()]
    failed = sum(not row.step.passed for row in steps)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Contract console"),
        "operations": [_operation_row(figures) for figures in last_calls()],
        "instance_url": instance_url(),
        "may_check": may_check,
        "steps": steps,
        "failed": failed,
        "passed": len(steps) - failed,
    }
    return TemplateResponse(request, "admin/cases/api_requests/contract_console.html", context)


def check_own_contract() -> list[StepResult]:
    """Play Khoros against the portal's public address with a temporary key; leaves no data."""
    with temporary_check_key() as header:
        return list(run_contract_check(base_url=instance_url(), auth=header))


def _operation_row(figures: OperationFigures) -> OperationRow:
    operation, last = figures.operation, figures.last
    if last is None:
        return OperationRow(operation.value, str(operation.label))
    kind = "ok" if last.status < _REFUSED else "refused" if last.status < _FAILED else "failed"
    return OperationRow(
        name=operation.value,
        label=str(operation.label),
        when=time_ago(last.at),
        status=f"{last.status} {last.error}".strip(),
        kind=kind,
        took=_("%(number)s ms") % {"number": format_number(last.duration_ms)},
        url=reverse("admin:cases_recordedrequest_change", args=(last.pk,)),
    )


def _step_row(step: StepResult) -> StepRow:
    if step.exchange is None:
        return StepRow(step)
    return StepRow(step, _request_text(step.exchange), _answer_text(step.exchange))


def _request_text(exchange: Exchange) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in exchange.headers.items())
    return f"{exchange.method} {exchange.url}\n{headers}\n\n{exchange.request_body}".strip()


def _answer_text(exchange: Exchange) -> str:
    if exchange.error:
        return exchange.error
    headers = "\n".join(f"{name}: {value}" for name, value in exchange.answer_headers.items())
    body = exchange.answer_body
    if exchange.json is not None:
        body = json.dumps(exchange.json, indent=2, ensure_ascii=False)
    return f"{exchange.status}\n{headers}\n\n{body}".strip()
