"""What staff do to many cases at once."""

from collections.abc import Callable, Iterator
from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from cases.models import Case
from cases.services.case_status import close_cases, reopen_cases
from cases.services.incoming import Actor

BATCH = 500
"""How many cases one transaction of a bulk change closes or reopens."""

SetStatus = Callable[..., int]


class CaseActions(ModelAdmin):
    """The part of the admin of cases that works on a selection of the list."""

    actions = ("close_selected", "reopen_selected")

    @admin.action(permissions=["change"], description="Close selected cases")
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """Close what is open of the selection."""
        self._set_status(request, queryset, close_cases, done="Closed", already="closed")

    @admin.action(permissions=["change"], description="Reopen selected cases")
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """Reopen what is closed of the selection."""
        self._set_status(request, queryset, reopen_cases, done="Reopened", already="open")

    def _set_status(
        self,
        request: HttpRequest,
        queryset: QuerySet[Case],
        set_status: SetStatus,
        *,
        done: str,
        already: str,
    ) -> None:
        ids = list(queryset.order_by().values_list("pk", flat=True))
        actor = Actor.from_user(cast(User, request.user))
        changed = sum(set_status(case_ids=batch, actor=actor) for batch in _batches(ids))
        rest = len(ids) - changed
        parts = [f"{done} {_count(changed)}."] if changed else []
        if rest:
            parts.append(f"{_count(rest)} {'was' if rest == 1 else 'were'} already {already}.")
        self.message_user(
            request, " ".join(parts), messages.SUCCESS if changed else messages.WARNING
        )


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _count(number: int) -> str:
    return "1 case" if number == 1 else f"{number:,} cases"
