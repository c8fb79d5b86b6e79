"""Reads of the people who work cases."""

from django.contrib.auth.models import User
from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.models import Case

_BY_NAME = ("first_name", "last_name", "username")


def assignable_users() -> QuerySet[User]:
    """Return the active staff who may change cases, by name: those a case can be assigned to."""
    staff = User.objects.with_perm(
        "cases.change_case", backend="django.contrib.auth.backends.ModelBackend"
    )
    return staff.filter(is_staff=True).order_by(*_BY_NAME)


def possible_assignees() -> QuerySet[User]:
    """Return those a case can be assigned to, and whoever has open ones; who has left comes last.

    Their cases are neither unassigned nor anyone's who works here: only by their name can they be
    found.
    """
    can_get = Q(pk__in=assignable_users().order_by().values("pk"))
    # The order makes the database read the index; for one who has none it might read all cases.
    theirs = Case.objects.filter(assignee=OuterRef("pk"), closed_at__isnull=True)
    latest = Subquery(theirs.order_by("-last_updated", "-id").values("pk")[:1])
    users = User.objects.alias(latest_case=latest)
    return users.filter(can_get | Q(latest_case__isnull=False)).order_by("-is_active", *_BY_NAME)


def find_colleague(key: str) -> User | None:
    """Return the member of staff, active or not, with an id as a form sends it, or None."""
    is_id = key.isascii() and key.isdigit() and len(key) < 19
    return User.objects.filter(pk=key, is_staff=True).first() if is_id else None


def person_name(user: User) -> str:
    """Return the name by which colleagues know a user: the full name, or else the login."""
    return user.get_full_name() or user.get_username()


def staff_name(user: User | None, *, stored: str) -> str:
    """Return the name of a user, or the stored one where the account is deleted."""
    return person_name(user) if user else stored
