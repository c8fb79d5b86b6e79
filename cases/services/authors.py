"""The statement that writes authors: handle and name are those of the newest post."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from cases.models import Author

_COLUMNS = (
    *("service", "service_id", "handle", "name", "brand_owned"),
    *("handle_key", "name_key", "named_at"),
)
# The ORM's upsert has no condition. After waiting for another call, this sees what it wrote.
_UPSERT = (
    'INSERT INTO "cases_author" ({columns}) VALUES {rows}'
    " ON CONFLICT (service, service_id) DO UPDATE SET {assignments}"
    " WHERE cases_author.named_at IS NULL OR cases_author.named_at <= EXCLUDED.named_at"
    " RETURNING id, service, service_id"
)


def upsert_authors(*, authors: Sequence[Author]) -> dict[tuple[str, str], Author]:
    """Store authors and return those that were written, by key and with their primary keys.

    Authors whom another call has named from a newer post stay unchanged and are not returned. The
    caller sorts them by key, so that two calls wait for each other instead of deadlocking, and
    holds the transaction. Contract: Author, handle and name follow the newest post.
    """
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    sql = _UPSERT.format(
        columns=", ".join(_COLUMNS),
        rows=", ".join([row] * len(authors)),
        assignments=", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS[2:]),
    )
    by_key = {(author.service, author.service_id): author for author in authors}
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for author in authors for value in _values(author)])
        written = {}
        for pk, service, service_id in cursor.fetchall():
            author = written[service, service_id] = by_key[service, service_id]
            author.pk = pk
    return written


def _values(author: Author) -> list[Any]:
    fields = {field.name: field for field in Author._meta.concrete_fields}
    return [fields[name].get_db_prep_save(getattr(author, name), connection) for name in _COLUMNS]
