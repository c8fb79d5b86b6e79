"""Reads of cases."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, QuerySet

from cases.models import Author, Case, CaseEvent, Interaction

RECENT_POSTS = 5_000
"""How many of the newest posts say which services are in use."""

SEARCHED_WORDS = 8
"""How many words of a search count; each one costs a query for each place."""

_NUMBER = re.compile(r"(?:cp-?|#)?([0-9]{1,19})", re.ASCII | re.IGNORECASE)


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
    newest = Interaction.objects.order_by("-id").values_list("service", flat=True)
    # Made distinct here: the database would look up each of the posts once more for it.
    return sorted(set(newest[:RECENT_POSTS]))


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


def search_cases(cases: QuerySet[Case], terms: str) -> QuerySet[Case]:
    """Return those of `cases` in which each word of `terms` is found somewhere.

    A word is looked for in the number (`CP-12`, `cp12`, `#12`, `12`), the title, the description,
    the customer's id, the handles of the authors and the texts of the posts.
    """
    for term in terms.split()[:SEARCHED_WORDS]:
        # Each place is a query of its own, so that each can use its own index; an OR over a join
        # would use none.
        places = _places(term)
        cases = cases.filter(pk__in=places[0].union(*places[1:], all=True))
    return cases


def _places(term: str) -> list[QuerySet[Any, Any]]:
    cases = Case.objects.order_by()
    posts = Interaction.objects.order_by()
    handles = Author.objects.order_by().filter(handle__icontains=term.removeprefix("@") or term)
    return [
        cases.filter(title__icontains=term).values("pk"),
        cases.filter(description__icontains=term).values("pk"),
        cases.filter(customer__id__icontains=term).values("pk"),
        posts.filter(author__in=handles.values("pk")).values("case_id"),
        posts.filter(body__icontains=term).values("case_id"),
        *([cases.filter(pk=number).values("pk")] if (number := _number(term)) else []),
    ]


def _number(term: str) -> int | None:
    found = _NUMBER.fullmatch(term)
    number = int(found[1]) if found else 0
    return number if 0 < number <= models.BigIntegerField.MAX_BIGINT else None
