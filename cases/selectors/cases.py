"""Reads of cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from cases.models import Case, CaseEvent, Interaction
from cases.selectors.rows import fetch_rows

RECENT_POSTS = 5_000
"""How many of the newest posts say which services are in use."""

_DISTINCT = "SELECT DISTINCT service FROM ({rows}) AS newest"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a case's history; `changes` maps a field's name to `[before, after]`."""

    at: datetime
    kind: str
    actor: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class PostSummary:
    """Which services the posts of a case came from, and how many posts there are."""

    services: tuple[str, ...] = ()
    number: int = 0


def case_conversation(case: Case) -> list[Interaction]:
    """Return the posts of a case in the order of time, with their authors, in one query."""
    return list(case.interactions.select_related("author").order_by("created", "id"))


def case_history(case: Case) -> list[HistoryEntry]:
    """Return what happened to a case, oldest first, in one query; the first entry is its opening.

    The opening has no row of its own: the case itself says when and by whom.
    """
    opening = HistoryEntry(case.created, "Opened", case.khoros_agent or "Khoros", {})
    events = CaseEvent.objects.filter(case=case).order_by("at", "id")
    return [
        opening,
        *(HistoryEntry(e.at, e.get_kind_display(), e.actor, e.changes) for e in events),
    ]


def services_in_use() -> list[str]:
    """Return the services that the newest posts came from, in one query of bounded cost."""
    newest = Interaction.objects.order_by("-id").values("service")[:RECENT_POSTS]
    sql, values = newest.query.sql_with_params()
    # The ORM would have the database look up each of the posts once more to make them distinct.
    rows = fetch_rows((_DISTINCT.format(rows=sql), values))
    return sorted(service for (service,) in rows)


def summarise_posts(case_ids: Collection[int]) -> dict[int, PostSummary]:
    """Return the services and the number of posts of each of the cases, in one query.

    A case without a post is not in the answer.
    """
    counts = Interaction.objects.filter(case__in=case_ids).order_by("service")
    summaries: dict[int, PostSummary] = {}
    for case_id, service, number in counts.values_list("case", "service").annotate(Count("pk")):
        before = summaries.get(case_id, PostSummary())
        summaries[case_id] = PostSummary((*before.services, service), before.number + number)
    return summaries
