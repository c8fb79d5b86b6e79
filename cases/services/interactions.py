"""Writes of posts and their authors, in bulk."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import OuterRef, Subquery

from cases.models import Author, Case, Interaction
from cases.services.authors import upsert_authors
from cases.services.incoming import NewAuthor, NewInteraction

AuthorKey = tuple[str, str]


def add_interactions(*, case: Case, interactions: Sequence[NewInteraction]) -> list[Interaction]:
    """Store the posts that are not doubles of each other, in their order, and return them.

    Takes at most three statements, however many posts there are. The caller has left out what the
    case already has, and holds the transaction. Contract: Interaction, Author.
    """
    first: dict[tuple[str, str], NewInteraction] = {}
    for post in interactions:
        first.setdefault(post.key, post)
    posts = list(first.values())
    if not posts:
        return []
    authors = _store_authors(posts)
    return Interaction.objects.bulk_create(
        Interaction(
            case=case,
            author=authors[post.author.key] if post.author else None,
            service=post.service,
            service_id=post.service_id,
            content_type=post.content_type,
            body=post.body,
            link_url=post.link_url,
            created=post.created,
        )
        for post in posts
    )


def _store_authors(posts: Sequence[NewInteraction]) -> dict[AuthorKey, Author]:
    """Return the authors of `posts` by key, writing only those that are new or have changed.

    Sorted by key, so that requests which share authors lock them in the same order.
    """
    newest = _newest_by_author(posts)
    if not newest:
        return {}
    known = _read_authors(newest)
    changed = [
        _as_row(post.author, post.created)
        for key, post in sorted(newest.items())
        if post.author and _is_change(post, post.author, known.get(key))
    ]
    if not changed:
        return known
    written = upsert_authors(authors=changed)
    overtaken = {(author.service, author.service_id) for author in changed} - {*written, *known}
    return known | written | (_read_authors(overtaken) if overtaken else {})


def _newest_by_author(posts: Iterable[NewInteraction]) -> dict[AuthorKey, NewInteraction]:
    """Return each author's newest post: the one that says how the author is called now."""
    newest: dict[AuthorKey, NewInteraction] = {}
    for post in posts:
        if post.author is None:
            continue
        before = newest.get(post.author.key)
        if before is None or post.created >= before.created:
            newest[post.author.key] = post
    return newest


def _read_authors(keys: Iterable[AuthorKey]) -> dict[AuthorKey, Author]:
    services, service_ids = zip(*keys, strict=True)
    newest = Interaction.objects.filter(author=OuterRef("pk")).order_by("-created")
    rows = Author.objects.filter(
        service__in=sorted(set(services)), service_id__in=sorted(set(service_ids))
    ).annotate(newest_post=Subquery(newest.values("created")[:1]))
    return {(author.service, author.service_id): author for author in rows.order_by()}


def _is_change(post: NewInteraction, author: NewAuthor, known: Author | None) -> bool:
    if known is None:
        return True
    same = (author.handle, author.name, author.brand_owned) == (
        known.handle,
        known.name,
        known.brand_owned,
    )
    # Handle and name follow the newest post, not the one that arrived last.
    newest_post = getattr(known, "newest_post", None)
    return not same and (newest_post is None or post.created >= newest_post)


def _as_row(author: NewAuthor, named_at: datetime) -> Author:
    row = Author(
        service=author.service,
        service_id=author.service_id,
        handle=author.handle,
        name=author.name,
        brand_owned=author.brand_owned,
        named_at=named_at,
    )
    row.set_keys()
    return row
