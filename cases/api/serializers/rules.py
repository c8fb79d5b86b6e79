"""The rules for single values, one row each: what it checks, and how JSON Schema puts it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from cases.properties.types import BrokenRule
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for a value that has the right JSON type.

    `apply` takes the value and returns it for the next rule, as it is or in another form; it
    raises BrokenRule with the message for the field. `schema` holds keywords of JSON Schema. Those
    forbid rather than describe: a pattern for texts of many thousand characters takes validators
    seconds to compile.
    """

    apply: Callable[[Any], Any]
    schema: Schema


def max_length(length: int) -> Rule:
    """Return the rule that a text has at most `length` characters."""

    def apply(text: str) -> str:
        if len(text) > length:
            raise BrokenRule(f"must have at most {length:,} characters, and has {len(text):,}")
        return text

    return Rule(apply, {"maxLength": length})


def in_any_letters(words: Iterable[str]) -> Schema:
    """Return the schema of texts that are one of `words` (ASCII), but for case and spaces around."""
    spelled = ["".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in w) for w in words]
    return {"pattern": rf"^\s*({'|'.join(spelled)})\s*$"}


def one_of(values: tuple[str, ...]) -> Rule:
    """Return the rule that a text is one of a closed set, in any letters and with spaces around."""

    def apply(text: str) -> str:
        wanted = text.strip().lower()
        if wanted not in values:
            raise BrokenRule(f"must be one of: {', '.join(values)}")
        return wanted

    known = ", ".join(f"`{value}`" for value in values)
    return Rule(apply, in_any_letters(values) | {"type": "string", "description": f"{known}."})


def _check_storable(text: str) -> str:
    if not is_storable(text):
        raise BrokenRule(UNSTORABLE_MESSAGE)
    return text


def _check_not_blank(text: str) -> str:
    if is_blank(text):
        raise BrokenRule("must not be blank")
    return text


def _check_web_link(text: str) -> str:
    if text and not _is_web_link(text):
        raise BrokenRule("must be an http or https address")
    return text


def _is_web_link(text: str) -> bool:
    """Tell whether `text` is an absolute http(s) URL with a host and no blanks or controls."""
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


_MOMENT_PATTERN = (
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?([Zz]|[+-]\d\d:?[0-5]\d)?"
)
_MOMENT = re.compile(_MOMENT_PATTERN, re.ASCII)


def _parse_moment(text: str) -> datetime:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BrokenRule(_NO_MOMENT)
    date, time, fraction, offset = match.groups()
    fraction = f".{fraction[:6]:0<6}" if fraction else ""
    seconds = time if time.count(":") == 2 else f"{time}:00"
    try:
        return datetime.fromisoformat(f"{date}T{seconds}{fraction}{(offset or 'Z').upper()}")
    except ValueError:
        raise BrokenRule(_NO_MOMENT) from None


_NO_MOMENT = "must be an ISO 8601 date and time such as 2026-01-31T09:30:00Z"


def _check_earliest(moment: datetime) -> datetime:
    if moment < EARLIEST:
        raise BrokenRule("must not be before 1990")
    return moment


def _check_latest(moment: datetime) -> datetime:
    if moment > timezone.now() + LATEST_AHEAD:
        raise BrokenRule("must not be more than a day ahead")
    return moment


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


STORABLE = Rule(_check_storable, {"not": {"type": "string", "pattern": r"\u0000"}})
"""What both databases can hold. For JSON Schema half of a surrogate pair is no character at all."""

NOTHING: Schema = {"type": ["string", "null"], "pattern": r"^[\s\u001c-\u001f\u0085\ufeff]*$"}
"""null, or nothing but white space."""

NOT_BLANK = Rule(
    _check_not_blank,
    # White space to any engine of patterns, as cases.text.is_blank has it. A schema has one `not`:
    # so this one says STORABLE as well.
    {"not": {"type": "string", "pattern": r"\u0000|^[\s\u001c-\u001f\u0085\ufeff]*$"}},
)
WEB_LINK = Rule(
    _check_web_link,
    {
        "format": "uri-reference",
        # Scheme, perhaps a user, a host, and whatever follows.
        "pattern": (
            r"^([Hh][Tt][Tt][Pp][Ss]?://([^/?#\[\]]*@)?[^/?#:@\[\]]+(:[^/?#@\[\]]*)?([/?#].*)?)?$"
        ),
        "description": 'An http or https address; `""` or null if there is none.',
    },
)
MOMENT_RULES = (
    Rule(
        _parse_moment,
        {
            # More than the format date-time allows, hence a name of its own.
            "format": "iso-8601-date-time",
            "pattern": f"^{_MOMENT_PATTERN}$",
            "description": (
                "ISO 8601 with an offset (`Z`, `+01:00` or `+0100`); read as UTC without one. Not "
                "before 1990 and not more than a day ahead."
            ),
            "examples": ["2024-03-06T09:14:03Z"],
        },
    ),
    Rule(_check_earliest, {}),
    Rule(_check_latest, {}),
    Rule(_in_utc, {}),
)
"""A moment, read into UTC (contract: Bounds, Dates)."""
