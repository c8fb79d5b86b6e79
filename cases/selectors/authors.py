"""Reads of authors: who writes posts, on which service."""

from collections.abc import Collection

from cases.models import Author, Interaction
from cases.selectors.counts import CappedCount, count_related


def author_posts(author: Author, *, limit: int) -> list[Interaction]:
    """Return the newest posts of an author, newest first, with their cases, in one query."""
    posts = author.interactions.select_related("case").order_by("-created", "-id")
    return list(posts.defer("case__description", "case__properties", "case__unregistered")[:limit])


def count_author_posts(author_ids: Collection[int]) -> dict[int, CappedCount]:
    """Return the number of posts by author id, in one query."""
    return count_related(Author.objects.all(), author_ids, Interaction, "author")
