"""Writes rows in bulk: by COPY on PostgreSQL, by prepared statements on SQLite."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from cases.models import Author, Case, Interaction
from devtools.seeding.making import Batch
from devtools.seeding.plan import Firsts
from devtools.seeding.tables import COLUMNS

_MEMORY_KILOBYTES = 512_000
_INDEXES = {
    "postgresql": """
        SELECT format('DROP INDEX %%I', indexname), indexdef FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename = ANY(%s)
        AND indexname NOT IN (SELECT conname FROM pg_constraint)
    """,
    "sqlite": """
        SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
        WHERE type = 'index' AND tbl_name IN (SELECT value FROM json_each(%s)) AND sql IS NOT NULL
    """,
}
# A constraint that is made again checks all rows by one query; one that is there, each by itself.
_FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
            conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::text[]::regclass[])
"""

Report = Callable[[str], None]
"""Is told in a few words what the load does now."""


def is_postgresql() -> bool:
    """Tell whether rows are written as text for COPY."""
    return connection.vendor == "postgresql"


def reserve(*, cases: int, authors: int, interactions: int) -> Firsts:
    """Return the first numbers of rows to come; whoever else makes rows goes on behind them."""
    take = _reserve_in_postgresql if is_postgresql() else _reserve_in_sqlite
    with transaction.atomic():
        return Firsts(take(Case, cases), take(Author, authors), take(Interaction, interactions))


def write(batch: Batch) -> None:
    """Write the rows of a batch, in an order in which each row finds what it names."""
    for name, columns in COLUMNS.items():
        target = f'"{_table(name)}" ({", ".join(columns)})'
        with connection.cursor() as cursor:
            if is_postgresql():
                with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                    copy.write(batch.texts[name])
            else:
                marks = ", ".join(["%s"] * len(columns))
                statement = f"INSERT INTO {target} VALUES ({marks})"  # noqa: S608 - our own names
                cursor.executemany(statement, batch.rows[name])


@contextmanager
def one_transaction(*, empty: bool, report: Report) -> Iterator[None]:
    """Write everything or nothing.

    Into an `empty` portal, indexes and the checks between tables are made at the end, all at once,
    which takes a fraction of the time; no one else reads or writes cases until then.
    """
    if not is_postgresql():
        _run(f"PRAGMA cache_size = -{_MEMORY_KILOBYTES}")
    with transaction.atomic():
        if is_postgresql():
            _run(f"SET LOCAL maintenance_work_mem = '{_MEMORY_KILOBYTES}kB'")
        later = _take_away() if empty else []
        yield
        for statement in later:
            report(_in_short(statement))
            _run(statement)
        report("finishing")


def tidy() -> None:
    """Let the database know what it holds now: outside of a transaction."""
    if is_postgresql():
        _run("VACUUM ANALYZE " + ", ".join(f'"{_table(name)}"' for name in COLUMNS))
    else:
        _run("PRAGMA wal_checkpoint(TRUNCATE)")


def _reserve_in_postgresql(model: type[Model], count: int) -> int:
    table = model._meta.db_table
    # Numbers are given out behind this lock, so that none is given between the two calls.
    _run(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        first = int(cursor.fetchone()[0])
        last = first + max(count, 1) - 1
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
    return first


def _reserve_in_sqlite(model: type[Model], count: int) -> int:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        if row:
            update = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
            cursor.execute(update, [last + count, table])
        else:
            insert = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"
            cursor.execute(insert, [last + count, table])
    return int(last) + 1


def _take_away() -> list[str]:
    """Drop indexes and foreign keys; return the statements that make them again, in their order."""
    tables = [_table(name) for name in COLUMNS]
    indexes = _found(_INDEXES[connection.vendor], tables)
    # First, because a table whose rows are still to be checked can't be altered.
    keys = _found(_FOREIGN_KEYS, tables) if is_postgresql() else []
    for drop, _ in [*keys, *indexes]:
        _run(drop)
    return [make for _, make in [*indexes, *keys]]


def _found(query: str, tables: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [tables if is_postgresql() else json.dumps(tables)])
        return [(drop, make) for drop, make in cursor.fetchall()]


def _in_short(statement: str) -> str:
    """Return the name of what a statement makes."""
    words = statement.replace('"', "").split()
    after = words.index("CONSTRAINT" if "CONSTRAINT" in words else "INDEX")
    return f"making {words[after + 1]}"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _table(name: str) -> str:
    table: str = apps.get_model("cases", name)._meta.db_table
    return table
