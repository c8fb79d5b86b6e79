"""Django assumes 999 parameters for a statement; SQLite since 3.32 accepts at least 32,766.

With the real limit, the interactions of a case are written in one statement, as on PostgreSQL,
however many there are.
"""

import sqlite3

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """Django's SQLite features, with the parameter limit read from the open connection."""

    @property
    def max_query_params(self) -> int:  # type: ignore[override]
        """Parameters that one statement may have."""
        self.connection.ensure_connection()
        limit: int = self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        return limit


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite connection with the features above."""

    features_class = DatabaseFeatures
