"""Reads for the page of one case: the thread, the history, and what stands around the case.

Each is one query of bounded size, however much there is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left, Length

from cases.models import Author, Case, CaseEvent, CaseNote, InteractionRevision, Tag
from cases.selectors.counts import CappedCount, count_up_to
from cases.selectors.cursors import read_cursor, write_cursor

WHOLE_TEXT = 8_000
"""Characters of a post or note that are read for the page; a longer one is read by itself."""

COUNTED_POSTS = 1_000
SHOWN_REVISIONS = 500
COUNTED_CASES = 100
OFFERED_TAGS = 500
SHOWN_DUPLICATES = 20

POST, NOTE, REVISION = "p", "n", "r"
"""What an item of the thread is; at the same moment posts stand before notes."""

_RELATED = ("possible_duplicate_of", "duplicate_of")
_UNREAD = ("description", "properties", "unregistered", "resolution", "tags")


@dataclass(frozen=True, slots=True, order=True)
class ThreadPosition:
    """A position in the thread: the moment, whether it is a note, and the row's id."""

    created: datetime
    is_note: bool
    pk: int

    @classmethod
    def of(cls, row: Any) -> "ThreadPosition":
        """Return the position of a post or a note."""
        return cls(row.created, isinstance(row, CaseNote), row.pk)

    @classmethod
    def read(cls, cursor: str) -> "ThreadPosition | None":
        """Return the position that a cursor names, or None where it names none."""
        values = read_cursor(cursor, datetime, bool, int)
        return cls(*values) if values else None

    def __str__(self) -> str:
        """Return the cursor that `read` takes."""
        return write_cursor(self.created, self.is_note, self.pk)


def get_case(case_id: int) -> Any:
    """Return the case with all that its page shows of other rows, or None.

    `seen` is the greatest id in its history, or None: read in the same statement, so that nothing
    can happen between the two.
    """
    events = CaseEvent.objects.filter(case=OuterRef("pk")).order_by().values("case")
    last = events.annotate(last=Max("id")).values("last")
    unread = [f"{row}__{name}" for row in _RELATED for name in _UNREAD]
    cases = Case.objects.select_related("customer", "assignee", *_RELATED).defer(*unread)
    return cases.filter(pk=case_id).annotate(seen=Subquery(last)).first()


def thread_posts(case: Case, *, before: ThreadPosition | None, limit: int) -> list[Any]:
    """Return the newest posts before a position, newest first, with their authors.

    Each has its `size` in characters and, as `beginning`, at most `WHOLE_TEXT` of them.
    """
    return _newest(
        cast("QuerySet[Any]", case.interactions.all()), before, is_note=False, limit=limit
    )


def thread_notes(case: Case, *, before: ThreadPosition | None, limit: int) -> list[Any]:
    """Return the newest notes before a position, newest first, in the same form, with their users."""
    return _newest(cast("QuerySet[Any]", case.notes.all()), before, is_note=True, limit=limit)


def whole_text(case: Case, *, kind: str, pk: int) -> str | None:
    """Return the whole text of a note, a post or an earlier text of a post; None if there is none."""
    rows: Any = {
        NOTE: case.notes.all(),
        POST: case.interactions.all(),
        REVISION: InteractionRevision.objects.filter(interaction__case=case),
    }[kind]
    return cast("str | None", rows.filter(pk=pk).values_list("body", flat=True).first())


def post_revisions(posts: Sequence[Any]) -> dict[int, list[Any]]:
    """Return what posts were before they were edited, oldest first, by the post's id.

    The newest `SHOWN_REVISIONS` of all, in the form of `thread_posts`.
    """
    newest = InteractionRevision.objects.filter(interaction__in=[post.pk for post in posts])
    texts = _beginnings(cast("QuerySet[Any]", newest.order_by("-pk")))
    found: dict[int, list[Any]] = {}
    for revision in reversed(texts[:SHOWN_REVISIONS]):
        found.setdefault(revision.interaction_id, []).append(revision)
    return found


def count_posts(case: Case) -> CappedCount:
    """Count the posts of a case, up to `COUNTED_POSTS`."""
    return count_up_to(case.interactions.all(), COUNTED_POSTS)


def newest_events(case: Case, *, limit: int) -> list[CaseEvent]:
    """Return the newest entries of the history, newest first, with who acted."""
    events = CaseEvent.objects.filter(case=case).select_related("user")
    return list(events.order_by("-at", "-id")[:limit])


def others_events(case_id: int, *, seen: int, user: User | None) -> QuerySet[CaseEvent]:
    """Return what others than `user` did to a case after the entry `seen`, oldest first."""
    events = CaseEvent.objects.filter(case=case_id, pk__gt=seen).order_by("at", "id")
    return events.exclude(user=user) if user else events


def other_cases(case: Case) -> list[Case]:
    """Return the customer's newest other cases, at most `COUNTED_CASES` + 1."""
    cases = Case.objects.filter(customer=case.customer_id).exclude(pk=case.pk)
    fields = ("title", "status", "last_updated")
    return list(cases.order_by("-created", "-id").only(*fields)[: COUNTED_CASES + 1])


def duplicates_of(case: Case) -> list[Case]:
    """Return the cases that staff say double this one, oldest first, at most one too many to show."""
    return list(case.duplicates.order_by("pk").only("title", "status")[: SHOWN_DUPLICATES + 1])


def tag_catalogue() -> list[str]:
    """Return the names of tags to offer, at most `OFFERED_TAGS`."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True)[:OFFERED_TAGS])


def customers_among(posts: Collection[Any], *, limit: int) -> list[Author]:
    """Return the authors of posts that are not the brand's, newest post first; no query."""
    authors = {post.author_id: post.author for post in posts if post.author_id}
    return [author for author in authors.values() if not author.brand_owned][:limit]


def _newest(rows: Any, before: ThreadPosition | None, *, is_note: bool, limit: int) -> list[Any]:
    if before is not None:
        earlier = Q(created__lt=before.created)
        if before.is_note and not is_note:
            earlier |= Q(created=before.created)
        elif before.is_note == is_note:
            earlier |= Q(created=before.created, pk__lt=before.pk)
        rows = rows.filter(earlier)
    # Chosen by themselves, so that no text is read only to be sorted.
    chosen = rows.model.objects.filter(pk__in=rows.order_by("-created", "-pk").values("pk")[:limit])
    chosen = chosen.select_related("user" if is_note else "author")
    return list(_beginnings(chosen).order_by("-created", "-pk"))


def _beginnings(rows: Any) -> Any:
    return rows.defer("body").annotate(beginning=Left("body", WHOLE_TEXT), size=Length("body"))
