"""Writes of posts and their authors, in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from cases.models import Author, Case, Interaction, InteractionRevision
from cases.services.authors import upsert_authors
from cases.services.incoming import (
    NewAuthor,
    NewInteraction,
    PostContent,
    PostIdentity,
    post_identity,
)

AuthorKey = tuple[str, str]

_CONTENT = ("author", "content_type", "body", "link_url")


@dataclass(frozen=True, slots=True)
class StoredPosts:
    """The posts that a call added, in their order, and those that it edited."""

    added: list[Interaction]
    edited: list[Interaction]


def store_interactions(
    *,
    case: Case,
    interactions: Sequence[NewInteraction],
    now: datetime,
    stored: Iterable[Interaction] = (),
) -> StoredPosts:
    """Store posts that are new, and what has changed of those that the case has.

    `stored` are the posts of the case that may be among them, with authors and revisions. Of one
    identity the last content is the post's, and earlier ones are its revisions. Takes a constant
    number of statements. The caller holds the transaction. Contract: Interaction, Author.
    """
    rows = {post_identity(row.service, row.service_id, row.created): row for row in stored}
    versions = _unknown_versions(interactions, rows)
    authors = _store_authors([post for posts in versions.values() for post in posts])
    revisions: list[InteractionRevision] = []
    added: list[Interaction] = []
    edited: list[Interaction] = []
    for identity, posts in versions.items():
        row = rows.get(identity)
        if row is None:
            row = _fill(Interaction(case=case), posts.pop(0), authors)
            added.append(row)
        else:
            edited.append(row)
        for post in posts:
            revisions.append(_revision(row, now))
            _fill(row, post, authors)
    Interaction.objects.bulk_create(added)
    Interaction.objects.bulk_update(edited, _CONTENT)
    InteractionRevision.objects.bulk_create(revisions)
    return StoredPosts(added, edited)


def _unknown_versions(
    interactions: Sequence[NewInteraction], rows: Mapping[PostIdentity, Interaction]
) -> dict[PostIdentity, list[NewInteraction]]:
    """Return by identity the contents that the case doesn't have, in the order of their coming."""
    versions: dict[PostIdentity, list[NewInteraction]] = {}
    for post in interactions:
        posts = versions.setdefault(post.identity, [])
        if not posts or posts[-1].content != post.content:
            posts.append(post)
    for identity, row in rows.items():
        posts = versions.get(identity, [])
        if posts and posts[-1].content == _content(row):
            known = {_content(row), *map(_content, row.revisions.all())}
            # The last one stays last.
            unknown = [post for post in posts if post.content not in known]
            versions[identity] = [*unknown, posts[-1]] if unknown else []
    return {identity: posts for identity, posts in versions.items() if posts}


def _content(row: Interaction | InteractionRevision) -> PostContent:
    author = (row.author.service, row.author.service_id) if row.author else None
    return row.content_type, row.body, row.link_url, author


def _revision(row: Interaction, now: datetime) -> InteractionRevision:
    """Return what `row` is, before it becomes something else."""
    return InteractionRevision(
        interaction=row,
        author=row.author,
        content_type=row.content_type,
        body=row.body,
        link_url=row.link_url,
        replaced_at=now,
    )


def _fill(
    row: Interaction, post: NewInteraction, authors: Mapping[AuthorKey, Author]
) -> Interaction:
    row.author = authors[post.author.key] if post.author else None
    row.service, row.service_id, row.created = post.service, post.service_id, post.created
    row.content_type, row.body, row.link_url = post.content_type, post.body, post.link_url
    return row


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
    """Return each author's newest post, which has the current handle and name."""
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
