"""A database backend: Django's SQLite with the limits of the SQLite that is really linked."""
