"""Reads of users and roles: who may manage whom."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

Actor = AbstractBaseUser | AnonymousUser


def is_superuser(actor: Actor) -> bool:
    """Tell whether `actor` may do everything."""
    return isinstance(actor, User) and actor.is_superuser


def has_no_more_than(user: User, actor: Actor) -> bool:
    """Tell whether everything that `user` may do, `actor` may do too.

    Counts what an inactive user could do again once active. At most one query.
    """
    if is_superuser(actor):
        return True
    if user.is_superuser:
        return False
    more = Permission.objects.filter(_held_by(user)).exclude(pk__in=_permissions(actor))
    return not more.exists()


def assignable_groups(actor: Actor) -> QuerySet[Group]:
    """Return the groups that give nothing which `actor` doesn't have."""
    groups = Group.objects.order_by("pk")
    if is_superuser(actor):
        return groups
    more = Permission.objects.exclude(pk__in=_permissions(actor))
    return groups.exclude(permissions__in=more)


def _permissions(user: Actor) -> QuerySet[Permission, int]:
    return Permission.objects.filter(_held_by(user)).order_by().values_list("pk", flat=True)


def _held_by(user: Actor) -> Q:
    return Q(group__user=user.pk) | Q(user=user.pk)
