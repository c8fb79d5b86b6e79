"""A database backend: Django's SQLite with the real limits of the linked library."""
