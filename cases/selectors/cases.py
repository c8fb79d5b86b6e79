"""What the posts of cases tell about them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from cases.models import Interaction
from cases.search.backends.statements import fetch_rows

RECENT_POSTS = 5_000
"""How many of the newest posts say which services are in use."""

_DISTINCT = "SELECT DISTINCT service FROM ({rows}) AS newest"


@dataclass(frozen=True, slots=True)
class PostSummary:
    """Which services the posts of a case came from, and how many posts there are."""

    services: tuple[str, ...] = ()
    number: int = 0


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
