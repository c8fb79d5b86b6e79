"""Readers of JSON values: each knows a shape and its rules, and collects every fault with its path."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from django.utils import timezone

from cases.errors import FieldError, InvalidPayload, ValidationFailed
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable, printable

T = TypeVar("T", covariant=True)

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)
MOMENT_PATTERN = (
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?([Zz]|[+-]\d\d:?[0-5]\d)?"
)
_MOMENT = re.compile(MOMENT_PATTERN, re.ASCII)
_NAMED_FIELDS = 3


@dataclass(slots=True)
class Problems:
    """The faults of one request: wrong shapes (400) and broken rules (422), with their paths.

    `outcome` begins the message for the person who made it.
    """

    outcome: str = "Nothing was saved"
    wrong_shapes: list[FieldError] = field(default_factory=list)
    broken_rules: list[FieldError] = field(default_factory=list)

    def wrong_shape(self, path: str, message: str) -> None:
        """Note that a required key is missing or a value has the wrong JSON type."""
        self.wrong_shapes.append(FieldError(_encodable(path), message))

    def broken_rule(self, path: str, message: str) -> None:
        """Note that a value of the right type breaks a rule."""
        self.broken_rules.append(FieldError(_encodable(path), message))

    def raise_if_any(self) -> None:
        """Raise InvalidPayload for a wrong shape, else ValidationFailed for a broken rule.

        Both carry every fault (contract: both kinds of fault answer 400).
        """
        fields = [*self.wrong_shapes, *self.broken_rules]
        if self.wrong_shapes:
            raise InvalidPayload(self._summary(fields), fields)
        if self.broken_rules:
            raise ValidationFailed(self._summary(fields), fields)

    def _summary(self, fields: list[FieldError]) -> str:
        named = "; ".join(
            f"{printable(fault.name)} {fault.message}" for fault in fields[:_NAMED_FIELDS]
        )
        more = len(fields) - _NAMED_FIELDS
        return f"{self.outcome}: {named}{f'; and {more} more' if more > 0 else ''}."


def _encodable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


class Reader(Protocol[T]):
    """Reads one JSON value at a path; None where it noted a problem."""

    def read(self, value: Any, path: str, problems: Problems) -> T | None:
        """Return the value in the portal's own form."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at most `length` characters."""

    length: int
    blank: bool = False

    def read(self, value: Any, path: str, problems: Problems) -> str | None:
        """Return the string as it came."""
        if not isinstance(value, str):
            problems.wrong_shape(path, "must be a string")
        elif not is_storable(value):
            problems.broken_rule(path, UNSTORABLE_MESSAGE)
        elif len(value) > self.length:
            problems.broken_rule(
                path, f"must have at most {self.length:,} characters, and has {len(value):,}"
            )
        elif not self.blank and is_blank(value):
            problems.broken_rule(path, "must not be blank")
        else:
            return value
        return None


@dataclass(frozen=True, slots=True)
class Choice:
    """A string out of a closed set."""

    values: tuple[str, ...]

    def read(self, value: Any, path: str, problems: Problems) -> str | None:
        """Return the string."""
        if not isinstance(value, str):
            problems.wrong_shape(path, "must be a string")
        elif value not in self.values:
            problems.broken_rule(path, f"must be one of: {', '.join(self.values)}")
        else:
            return value
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """A JSON boolean."""

    def read(self, value: Any, path: str, problems: Problems) -> bool | None:
        """Return the boolean."""
        if isinstance(value, bool):
            return value
        problems.wrong_shape(path, "must be true or false")
        return None


@dataclass(frozen=True, slots=True)
class Link:
    """An http or https URL, `""` or null (contract: Interaction, `linkUrl`)."""

    length: int

    def read(self, value: Any, path: str, problems: Problems) -> str | None:
        """Return the URL as it came, `""` for null."""
        if value is None:
            return ""
        text = Text(self.length, blank=True).read(value, path, problems)
        if text and not is_web_link(text):
            problems.broken_rule(path, "must be an http or https address")
            return None
        return text


def is_web_link(text: str) -> bool:
    """Tell whether `text` is an absolute http(s) URL with a host and no blanks or controls."""
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Moment:
    """An ISO 8601 date-time; without an offset it is UTC (contract: Bounds, Dates)."""

    def read(self, value: Any, path: str, problems: Problems) -> datetime | None:
        """Return the moment in UTC."""
        if not isinstance(value, str):
            problems.wrong_shape(path, "must be a string")
            return None
        moment = _parse_moment(value)
        if moment is None:
            problems.broken_rule(
                path, "must be an ISO 8601 date and time such as 2026-01-31T09:30:00Z"
            )
        elif moment < EARLIEST:
            problems.broken_rule(path, "must not be before 1990")
        elif moment > timezone.now() + LATEST_AHEAD:
            problems.broken_rule(path, "must not be more than a day ahead")
        else:
            return moment.astimezone(UTC)
        return None


def _parse_moment(value: str) -> datetime | None:
    match = _MOMENT.fullmatch(value)
    if match is None:
        return None
    date, time, fraction, offset = match.groups()
    fraction = f".{fraction[:6]:0<6}" if fraction else ""
    seconds = time if time.count(":") == 2 else f"{time}:00"
    try:
        return datetime.fromisoformat(f"{date}T{seconds}{fraction}{(offset or 'Z').upper()}")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Array(Generic[T]):
    """A list of at most `most` values of one kind."""

    item: Reader[T]
    most: int

    def read(self, value: Any, path: str, problems: Problems) -> list[T] | None:
        """Return the values that could be read."""
        if not isinstance(value, list):
            problems.wrong_shape(path, "must be a list")
            return None
        if len(value) > self.most:
            problems.broken_rule(
                path, f"must have at most {self.most:,} entries, and has {len(value):,}"
            )
            return None
        entries = (
            self.item.read(entry, f"{path}[{index}]", problems) for index, entry in enumerate(value)
        )
        return [entry for entry in entries if entry is not None]


@dataclass(frozen=True, slots=True)
class TextOrTexts:
    """A string, or a list of them, which the vendor's pages give as one and as the other."""

    length: int
    most: int

    def read(self, value: Any, path: str, problems: Problems) -> list[str] | None:
        """Return a list in either case."""
        entry = Text(self.length, blank=True)
        if isinstance(value, str):
            text = entry.read(value, path, problems)
            return None if text is None else [text]
        return Array(entry, self.most).read(value, path, problems)


@dataclass(frozen=True, slots=True)
class Nullable(Generic[T]):
    """Another reader's value, or null in its place."""

    reader: Reader[T]
    default: T

    def read(self, value: Any, path: str, problems: Problems) -> T | None:
        """Return the value, the default for null."""
        return self.default if value is None else self.reader.read(value, path, problems)


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """An object with known keys; keys that it does not know are passed over.

    `build` gets every key of `fields` that is present, and is called only where none was invalid.
    """

    fields: Mapping[str, Reader[Any]]
    build: Callable[[dict[str, Any]], T]
    optional: tuple[str, ...] = ()

    def read(self, value: Any, path: str, problems: Problems) -> T | None:
        """Return what `build` makes of the values."""
        if not isinstance(value, dict):
            problems.wrong_shape(path, "must be an object")
            return None
        faults = len(problems.wrong_shapes) + len(problems.broken_rules)
        values = self.read_values(value, f"{path}.", problems)
        if len(problems.wrong_shapes) + len(problems.broken_rules) > faults:
            return None
        return self.build(values)

    def read_values(
        self, value: Mapping[str, Any], prefix: str, problems: Problems
    ) -> dict[str, Any]:
        """Return the values by key, noting those that are missing or invalid."""
        values = {}
        for key, reader in self.fields.items():
            if key in value:
                values[key] = reader.read(value[key], f"{prefix}{key}", problems)
            elif key not in self.optional:
                problems.wrong_shape(f"{prefix}{key}", "is required")
        return values
