"""Strict readers of the environment: a value is right, or the start stops and says what to write."""

from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_environment = environ.FileAwareEnv()
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def _stop(name: str, problem: str, example: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name} {problem}. Write for example {name}={example}")


def read_text(name: str, *, default: str | None = None, example: str) -> str:
    """Return the variable `name`, or the content of the file that `<name>_FILE` points to.

    Raises ImproperlyConfigured where it is unset or empty and there is no default, or where its
    file cannot be read.
    """
    try:
        value = str(_environment.get_value(name, default=default or "")).strip()
    except (OSError, UnicodeDecodeError) as problem:
        _stop(name, f"cannot be read from the file that {name}_FILE names ({problem})", example)
    if not value and default is None:
        _stop(name, "is not set", example)
    return value


def read_flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable; anything but true, false, 1, 0, yes, no, on, off is refused."""
    value = read_text(name, default=str(default), example="false").lower()
    if value not in _TRUE | _FALSE:
        _stop(name, f"is {value!r}, which is neither true nor false", "false")
    return value in _TRUE


def read_number(name: str, *, default: int, minimum: int, maximum: int) -> int:
    """Return a whole number between `minimum` and `maximum`, both included."""
    value = read_text(name, default=str(default), example=str(default))
    if not value.isdecimal() or not minimum <= int(value) <= maximum:
        _stop(
            name,
            f"is {value!r}, not a whole number from {minimum} to {maximum}",
            str(default),
        )
    return int(value)


def read_list(name: str, *, default: list[str], example: str) -> list[str]:
    """Return the comma-separated entries of a variable, without blanks."""
    value = read_text(name, default=",".join(default), example=example)
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def read_base_url(name: str, *, example: str) -> str:
    """Return an absolute http or https URL without its trailing slash."""
    value = read_text(name, example=example).rstrip("/")
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment or parts.username:
        _stop(name, f"is {value!r}, not the http(s) address of the portal", example)
    return value


def read_path_prefix(name: str) -> str:
    """Return a URL path prefix as `segment/segment/`, or `""` for none."""
    value = read_text(name, default="", example="api/v1").strip("/")
    if not value:
        return ""
    segments = value.split("/")
    if not all(segment and segment.replace("-", "").replace("_", "").replace(".", "").isalnum() for segment in segments):
        _stop(name, f"is {value!r}, not a path of letters, digits, '-', '_' and '.'", "api/v1")
    if segments[0] in {"admin", "static"}:
        _stop(name, f"is {value!r}, which the back office uses itself", "api/v1")
    return value + "/"


def read_database(name: str, *, default_file: Path) -> dict[str, Any]:
    """Return Django's database settings from a URL: SQLite or PostgreSQL, nothing else.

    SQLite runs in WAL mode with `synchronous=FULL`: what was acknowledged is on disk.
    """
    example = "postgres://user:password@host:5432/caseportal"
    value = read_text(name, default=f"sqlite:///{default_file}", example=example)
    try:
        database: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except (ImproperlyConfigured, ValueError, TypeError):
        database = {}
    engine = str(database.get("ENGINE", "")).rpartition(".")[2]
    if engine == "sqlite3":
        return database | _SQLITE
    if engine in {"postgresql", "psycopg2"}:
        database["ENGINE"] = "django.db.backends.postgresql"
        # A connection is kept between requests and checked before it is used again, so that a
        # restart of the database costs no case.
        return database | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    scheme = value.partition(":")[0] if "://" in value else "no scheme"
    _stop(name, f"is not the URL of a PostgreSQL or SQLite database (it has {scheme!r})", example)


_SQLITE: dict[str, Any] = {
    "ENGINE": "caseportal.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    },
}
