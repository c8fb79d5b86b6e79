"""Reads of all that a case is found by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from django.db.models import Model, QuerySet

from cases.migrations.frozen.words import case_words

Rows: TypeAlias = QuerySet[Any, Any]
_Post: TypeAlias = tuple[str, str | None, str | None]


def read_case_words(cases: Sequence[Any], *, posts: Rows, notes: Rows) -> dict[int, list[str]]:
    """Return the words of each of the cases by its id, in two statements.

    `posts` and `notes` are all that there are: those of the models, or of a migration's.
    """
    keys = [case.pk for case in cases]
    posts_of: dict[int, list[_Post]] = defaultdict(list)
    rows = posts.filter(case__in=keys).order_by("-created", "-id")
    for key, *post in rows.values_list("case_id", "body", "author__handle", "author__name"):
        posts_of[key].append((post[0], post[1], post[2]))
    notes_of: dict[int, list[str]] = defaultdict(list)
    for key, body in notes.filter(case__in=keys).order_by("-id").values_list("case_id", "body"):
        notes_of[key].append(body)
    return {
        case.pk: words_of_case(case, posts=posts_of[case.pk], notes=notes_of[case.pk])
        for case in cases
    }


def words_of_case(case: Model, *, posts: Iterable[_Post], notes: Iterable[str] = ()) -> list[str]:
    """Return the words of a case; each post is a body with its author's handle and name."""
    values: Any = case
    posts = list(posts)
    # A case that was stored a moment ago doesn't know its columns' defaults.
    resolution = values.resolution if isinstance(values.resolution, str) else ""
    return case_words(
        case_id=values.pk,
        title=values.title,
        customer_id=values.customer_id,
        authors=dict.fromkeys((handle or "", name or "") for _, handle, name in posts),
        values=[*map(str, values.properties.values()), *values.tags],
        texts=[resolution, values.description, *notes, *(body for body, _, _ in posts)],
    )
