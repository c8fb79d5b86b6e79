"""What the list of requests can be filtered by."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter

from cases.choices import Operation
from cases.selectors.requests import waiting_requests


class OperationFilter(DropdownFilter):
    """Calls of one operation."""

    title = gettext_lazy("operation")
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the ten operations."""
        return [(operation.value, operation.value) for operation in Operation]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the calls of that operation."""
        return queryset.filter(operation=self.value()) if self.value() else queryset


class OutcomeFilter(RadioFilter):
    """How the portal answered."""

    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds of answers."""
        return [
            ("accepted", _("Accepted (2xx)")),
            ("refused", _("Refused (4xx)")),
            ("failed", _("Failed (5xx)")),
            ("waiting", _("Refused, can be replayed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the calls with such an answer."""
        ranges = {"accepted": (200, 399), "refused": (400, 499), "failed": (500, 599)}
        if self.value() == "waiting":
            return waiting_requests(queryset)
        if self.value() in ranges:
            return queryset.filter(status__range=ranges[str(self.value())])
        return queryset


class StatusFilter(DropdownFilter):
    """Calls with one status."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the statuses of the contract."""
        statuses = (200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 422, 500, 503)
        return [(str(status), str(status)) for status in statuses]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the calls with that status."""
        value = str(self.value() or "")
        is_status = value.isdecimal() and len(value) == len("200")
        return queryset.filter(status=int(value)) if is_status else queryset
