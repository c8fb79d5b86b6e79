"""Reads of the people who work cases."""

from django.contrib.auth.models import User
from django.db.models import QuerySet


def assignable_users() -> QuerySet[User]:
    """Return the active staff who may change cases, by name: those a case can be assigned to."""
    staff = User.objects.with_perm(
        "cases.change_case", backend="django.contrib.auth.backends.ModelBackend"
    )
    return staff.filter(is_staff=True).order_by("first_name", "last_name", "username")


def find_colleague(key: str) -> User | None:
    """Return the member of staff, active or not, with an id as a form sends it, or None."""
    is_id = key.isascii() and key.isdigit() and len(key) < 19
    return User.objects.filter(pk=key, is_staff=True).first() if is_id else None


def person_name(user: User) -> str:
    """Return the name by which colleagues know a user: the full name, or else the login."""
    return user.get_full_name() or user.get_username()


def staff_name(user: User | None, *, kept: str) -> str:
    """Return the name of a user, or the one that was kept in case the account goes."""
    return person_name(user) if user else kept
