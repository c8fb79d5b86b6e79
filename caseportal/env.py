"""Strict readers of the environment: an invalid value stops the start and says what to set.

A variable that is set but empty counts as unset. Every one may also be given as `<name>_FILE`.
"""

import contextlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

# The mapping below FileAwareEnv, which would take a value that starts with `$` for the name of
# another variable: a secret may start with anything.
_variables = FileAwareMapping(cache=False)

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", re.ASCII)
_SECRET_LENGTH = 50
_SECRET_VARIETY = 5


def read_text(name: str, *, default: str | None = None, example: str) -> str:
    """Return the variable `name`, or the content of the file that `<name>_FILE` points to.

    Raises ImproperlyConfigured where it is unset or empty and there is no default, where both are
    set, or where the file cannot be read.
    """
    if _variables.env.get(name) and _variables.env.get(f"{name}_FILE"):
        _stop(name, f"and {name}_FILE are both set; set only one", example)
    try:
        value = str(_variables.get(name, "")).strip()
    except (OSError, UnicodeDecodeError) as problem:
        file = f"/run/secrets/{name.lower()}"
        _stop(f"{name}_FILE", f"names a file that can't be read: {problem}", file)
    if not value and default is None:
        _stop(name, "is not set", example)
    return value or default or ""


def read_secret(name: str, *, example: str) -> str:
    """Return a secret that can't be guessed: at least 50 characters, with some variety."""
    value = read_text(name, example=example)
    if len(value) < _SECRET_LENGTH or len(set(value)) < _SECRET_VARIETY:
        # Never show the value: this message ends up in logs.
        _stop(name, f"is too easy to guess: use {_SECRET_LENGTH} random characters", example)
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
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(maximum))
    if not is_number or not minimum <= int(value) <= maximum:
        _stop(name, f"is {value!r}, not a whole number from {minimum} to {maximum}", str(default))
    return int(value)


def read_hosts(name: str, *, default: list[str]) -> list[str]:
    """Return comma-separated host names, without scheme and port, as Django's ALLOWED_HOSTS."""
    example = "cases.example.com,cases.example.net"
    hosts = _split(read_text(name, default=",".join(default), example=example))
    for host in hosts:
        if not _HOST.fullmatch(host):
            _stop(name, f"has {host!r}, which is not the bare name of a host", example)
    return hosts


def read_origins(name: str, *, default: list[str]) -> list[str]:
    """Return comma-separated origins such as `https://cases.example.com`, without a path."""
    example = "https://cases.example.com,https://cases.example.net"
    origins = _split(read_text(name, default=",".join(default), example=example))
    for origin in origins:
        if _http_address(origin) is None:
            _stop(name, f"has {origin!r}, which is not an http(s) origin", example)
    return [origin.rstrip("/") for origin in origins]


def read_base_url(name: str, *, example: str) -> str:
    """Return an absolute http or https URL without a path and without its trailing slash."""
    value = read_text(name, example=example)
    if _http_address(value) is None:
        _stop(name, f"is {value!r}, not an http(s) address with a host and without a path", example)
    return value.rstrip("/")


def read_path_prefix(name: str, *, taken: Collection[str]) -> str:
    """Return a URL path prefix as `segment/segment/`, or `""` for none; none starts with `taken`."""
    example = "api/v1"
    value = read_text(name, default="", example=example).strip("/")
    if not value:
        return ""
    segments = value.split("/")
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        _stop(name, f"is {value!r}, not a path of letters, digits, '-', '_' and '.'", example)
    if segments[0] in taken:
        _stop(name, f"is {value!r}, which the back office uses", example)
    return f"{value}/"


def read_time_zone(name: str, *, default: str) -> str:
    """Return the name of a time zone that this system knows, such as `Europe/Berlin`."""
    value = read_text(name, default=default, example="Europe/Berlin")
    if value not in available_timezones():
        _stop(name, f"is {value!r}, which is not the name of a time zone", "Europe/Berlin")
    return value


def read_database(name: str, *, default_file: Path) -> dict[str, Any]:
    """Return Django's database settings from a URL: SQLite or PostgreSQL, nothing else.

    SQLite runs in WAL mode with `synchronous=FULL`: what was acknowledged is on disk.
    """
    value = read_text(name, default=f"sqlite:///{default_file}", example=_DATABASE_EXAMPLE)
    scheme = value.partition("://")[0]
    database: dict[str, Any] = {}
    # For other schemes the parser would log a warning with the password.
    if scheme in _SCHEMES:
        with contextlib.suppress(ValueError):
            database = dict(environ.Env.db_url_config(value))
    if scheme == "sqlite" and database:
        return _sqlite(name, database, default_file)
    if database.get("NAME"):
        database["ENGINE"] = "django.db.backends.postgresql"
        # A connection is kept between requests and checked before it is used again, so that a
        # restart of the database loses no case.
        return database | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    # Without the value, which may contain a password: this message ends up in logs.
    _stop(name, "is not the URL of a PostgreSQL or SQLite database", _DATABASE_EXAMPLE)


_DATABASE_EXAMPLE = "postgres://user:password@host:5432/caseportal"
_SCHEMES = {"sqlite", "postgres", "postgresql"}
_SQLITE: dict[str, Any] = {
    "ENGINE": "caseportal.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000"
        ),
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    },
}


def _sqlite(name: str, database: dict[str, Any], default_file: Path) -> dict[str, Any]:
    file = Path(database["NAME"])
    if database["NAME"] == ":memory:":
        _stop(name, "names no file, so nothing would be stored", f"sqlite:///{default_file}")
    if file == default_file:
        file.parent.mkdir(exist_ok=True)
    if not file.parent.is_dir():
        _stop(
            name, f"names a folder that doesn't exist: {file.parent}", f"sqlite:///{default_file}"
        )
    return database | _SQLITE


def _split(value: str) -> list[str]:
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def _http_address(value: str) -> SplitResult | None:
    """Return the parts of an http(s) address with nothing after its host, or None."""
    try:
        parts = urlsplit(value.rstrip("/"))
        port = parts.port
    except ValueError:
        return None
    is_plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    has_host = bool(parts.hostname) and port != 0 and not re.search(r"\s", value)
    return parts if parts.scheme in {"http", "https"} and has_host and is_plain else None


def _stop(name: str, problem: str, example: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name} {problem}. Write for example {name}={example}")
