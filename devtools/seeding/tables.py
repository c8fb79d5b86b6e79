"""The tables that are filled, with their columns in the order of the rows, and their text for COPY."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

Value: TypeAlias = str | int | None
Row: TypeAlias = Sequence[Value]
Rows: TypeAlias = dict[str, list[Row]]

# In an order in which each row finds what it points to. A table without `id` here numbers its
# rows by itself.
COLUMNS: dict[str, tuple[str, ...]] = {
    "Customer": ("id", "properties", "created", "last_updated"),
    "CustomerValue": ("customer_id", "property", "value", "head", "created"),
    "CustomerTerm": ("customer_id", "kind", "value", "property"),
    "CustomerSearch": ("customer_id", "words"),
    "Author": (
        *("id", "service", "service_id", "handle", "name", "brand_owned"),
        *("handle_key", "name_key"),
    ),
    "Case": (
        *("id", "customer_id", "title", "description", "status", "properties", "unregistered"),
        *("khoros_agent", "khoros_initiative", "khoros_company", "integration_id"),
        *("possible_duplicate_of_id", "assignee_id", "tags", "services", "excerpt", "resolution"),
        *("duplicate_of_id", "looked_at", "created", "last_updated", "closed_at", "closed_by"),
    ),
    "Interaction": (
        *("id", "case_id", "author_id", "service", "service_id", "content_type", "body"),
        *("link_url", "created"),
    ),
    "CaseEvent": ("case_id", "kind", "at", "user_id", "actor", "changes", "khoros_context"),
    "CaseNote": ("case_id", "user_id", "author", "body", "created"),
    "CaseSearch": ("case_id", "words"),
}
WORDS_COLUMN = "words"


def new_rows() -> Rows:
    """Return no rows of every table."""
    return {name: [] for name in COLUMNS}


def copy_text(rows: Iterable[Row]) -> bytes:
    """Return rows in the text format of PostgreSQL's COPY."""
    return "".join("\t".join(map(_copied, row)) + "\n" for row in rows).encode()


def tsvector_text(words: Iterable[str]) -> str:
    """Return words as PostgreSQL reads a tsvector."""
    quoted = " ".join(words).replace("\\", "\\\\").replace("'", "''")
    return "'" + quoted.replace(" ", "' '") + "'"


def _copied(value: Value) -> str:
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\t" in value or "\r" in value:
        return value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value
