"""What differs between the databases: `backend()` is the one that the portal runs on."""

from django.db import connection

from cases.search.backends.base import Backend
from cases.search.backends.postgresql import PostgreSQL
from cases.search.backends.sqlite import SQLite

__all__ = ["Backend", "backend"]

_BACKENDS: dict[str, Backend] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def backend() -> Backend:
    """Return the backend of the portal's database."""
    return _BACKENDS[connection.vendor]
