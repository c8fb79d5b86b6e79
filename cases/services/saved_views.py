"""Everything that happens to a saved view of the case list. Only its owner changes it."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import FieldError, NotFound, ValidationFailed
from cases.models import SavedView, StaffPreferences
from cases.models.staff import VIEW_NAME_LENGTH
from cases.text import UNSTORABLE_MESSAGE, is_storable, is_unseen

QUERY_LENGTH = 4_000
"""Characters of a view's query string; some servers refuse much longer addresses."""

MOST_VIEWS = 100
"""How many views one person can have."""


def save_view(*, owner: User, name: str, query: str, shared: bool = False) -> SavedView:
    """Save a state of the case list under a name.

    `query` is the list's query string, with known parameters only. Raises ValidationFailed with
    the fields with errors: `name`, `query`.
    """
    problems = [*_name_problems(name), *_query_problems(query)]
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        message = _("You already have %(number)s views. Delete one that you no longer use.")
        problems.append(FieldError("", message % {"number": MOST_VIEWS}))
    _refuse(problems)
    view = SavedView(
        owner=owner, name=name.strip(), query=query, shared=shared, created=timezone.now()
    )
    _store(view)
    return view


def change_view(*, view_id: int, owner: User, name: str, shared: bool) -> SavedView:
    """Rename a view of `owner`, and share it with the team or stop sharing it.

    When it is no longer shared, it stops being the start view of others. Raises NotFound if the
    owner has no such view, ValidationFailed at `name`.
    """
    _refuse(_name_problems(name))
    with transaction.atomic():
        view = _own_view(view_id, owner)
        view.name, view.shared = name.strip(), shared
        _store(view)
        if not shared:
            chosen = StaffPreferences.objects.filter(start_view=view).exclude(user=owner)
            chosen.update(start_view=None)
    return view


def update_view(*, view_id: int, owner: User, query: str) -> SavedView:
    """Change the state of the list that a view shows. Raises NotFound, ValidationFailed."""
    _refuse(_query_problems(query))
    with transaction.atomic():
        view = _own_view(view_id, owner)
        view.query = query
        view.save(update_fields=["query"])
    return view


def copy_view(*, view: SavedView, owner: User) -> SavedView:
    """Copy a view for `owner`, not shared, under a name that isn't taken.

    Raises ValidationFailed if the owner has too many views.
    """
    taken = set(SavedView.objects.filter(owner=owner).values_list("name", flat=True))
    name, number = view.name, 1
    while name in taken:
        number += 1
        suffix = f" ({number})"
        name = view.name[: VIEW_NAME_LENGTH - len(suffix)] + suffix
    return save_view(owner=owner, name=name, query=view.query)


def delete_view(*, view_id: int, owner: User) -> None:
    """Delete a view of `owner`, also as a start view. Raises NotFound."""
    with transaction.atomic():
        _own_view(view_id, owner).delete()


def choose_start_view(*, user: User, view: SavedView | None) -> None:
    """Make `view` the user's start view; None for no start view."""
    StaffPreferences.objects.update_or_create(user=user, defaults={"start_view": view})


def _own_view(view_id: int, owner: User) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=view_id, owner=owner).first()
    if view is None:
        raise NotFound(_("View not found. It may have been deleted."))
    return view


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        message = _("You already have a view called “%(name)s”.") % {"name": view.name}
        raise ValidationFailed(_not_saved(), [FieldError("name", message)]) from None


def _refuse(problems: list[FieldError]) -> None:
    if problems:
        raise ValidationFailed(_not_saved(), problems)


def _name_problems(name: str) -> list[FieldError]:
    name = name.strip()
    if is_unseen(name):
        return [FieldError("name", _("Enter a name."))]
    if not is_storable(name):
        return [FieldError("name", _("This %(problem)s.") % {"problem": UNSTORABLE_MESSAGE})]
    if len(name) > VIEW_NAME_LENGTH:
        message = _("Use at most %(limit)s characters; this has %(number)s.")
        numbers = {"limit": VIEW_NAME_LENGTH, "number": len(name)}
        return [FieldError("name", message % numbers)]
    return []


def _query_problems(query: str) -> list[FieldError]:
    if is_storable(query) and len(query) <= QUERY_LENGTH:
        return []
    message = _("The search and filters are too long to save. Remove some of them.")
    return [FieldError("query", message)]


def _not_saved() -> str:
    return _("The view was not saved.")
