"""Reads of the saved views of the case list."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from cases.models import SavedView, StaffPreferences, Tag
from cases.text import is_storable

SHOWN_VIEWS = 200
"""How many views a menu lists; the start view is among them, then a person's own come first."""

_ID_DIGITS = 9


def visible_views(user: User) -> QuerySet[SavedView]:
    """Return the views that `user` may open: their own, and those that others share.

    Each has its owner, and says as `is_start` whether it is what the user's list opens with.
    """
    chosen = StaffPreferences.objects.filter(user=user, start_view=OuterRef("pk"))
    visible = SavedView.objects.filter(Q(owner=user) | Q(shared=True))
    return visible.select_related("owner").annotate(is_start=Exists(chosen))


def list_views(user: User) -> list[SavedView]:
    """Return what `visible_views` does as a list, in one query: own ones first, then by name."""
    own_first = Case(When(owner=user, then=0), default=1)
    ordered = visible_views(user).order_by(F("is_start").desc(), own_first, "name", "pk")
    views = list(ordered[:SHOWN_VIEWS])
    # Again, as people sort: a database may put all capitals first.
    return sorted(views, key=lambda view: (view.owner_id != user.pk, view.name.casefold()))


def count_unlisted(user: User, views: Sequence[SavedView]) -> int:
    """Return how many views `user` may open besides those that were listed; a query where full."""
    return visible_views(user).count() - SHOWN_VIEWS if len(views) == SHOWN_VIEWS else 0


def find_view(user: User, view_id: int) -> SavedView | None:
    """Return a view that `user` may open, or None."""
    return visible_views(user).filter(pk=view_id).first()


def is_start(view: SavedView) -> bool:
    """Tell whether a view of `visible_views` is what that user's list opens with."""
    return bool(cast(Any, view).is_start)


def vanished_values(filters: Mapping[str, str]) -> list[str]:
    """Return the names of those filters of a view whose account or tag is gone; a query each."""
    gone = []
    assignee, tag = filters.get("assignee", ""), filters.get("tag")
    is_key = assignee.isascii() and assignee.isdigit() and len(assignee) <= _ID_DIGITS
    if is_key and not User.objects.filter(pk=int(assignee)).exists():
        gone.append("assignee")
    # What no database can hold, PostgreSQL refuses to look for.
    if tag and not (is_storable(tag) and Tag.objects.filter(name=tag).exists()):
        gone.append("tag")
    return gone
