"""Advisory locks on names that have no row yet, best taken by a statement that is needed anyway."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression
from django.db.models.sql.compiler import SQLCompiler

MOST_LOCKS = 16
"""How many locks a statement takes at most: a server has room for some thousand in total."""

_LOCKED = (
    "(SELECT %s::timestamptz FROM (SELECT count(pg_advisory_xact_lock(key)::text)"
    " FROM unnest(%s::bigint[]) AS key) AS held)"
)
_TAKEN = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key"


class MomentUnderLocks(Expression):
    """A moment, as a value to write after locking some names.

    Another transaction that locks one of them waits until this one ends, and then sees what it
    wrote. SQLite has only one writer at a time, and needs no such lock.
    """

    def __init__(self, moment: datetime, names: Collection[str]) -> None:
        super().__init__(output_field=DateTimeField())
        self.moment = moment
        self.keys = _keys(names)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the moment as the database takes it."""
        moment = DateTimeField().get_db_prep_value(self.moment, connection)
        if connection.vendor != "postgresql" or not self.keys:
            return "%s", [moment]
        return _LOCKED, [moment, self.keys]


def take_locks(names: Collection[str]) -> None:
    """Lock some names in a separate statement, until the transaction ends."""
    if default_connection.vendor == "postgresql":
        with default_connection.cursor() as cursor:
            cursor.execute(_TAKEN, [_keys(names)])


def _keys(names: Collection[str]) -> list[int]:
    # Always in the same order, so that there is no deadlock.
    return sorted(_key(name) for name in sorted(set(names))[:MOST_LOCKS])


def _key(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
