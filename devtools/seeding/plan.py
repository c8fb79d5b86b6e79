"""What is to be seeded: how many cases, over which time, and the numbers that rows get."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from cases.choices import PropertyType
from cases.properties.types import Definition
from devtools.khoros.properties import Field, fact_for

YEARS_SECONDS = 2 * 365 * 86_400
_DAYS, _WEEKS = 730, 104
# Posts of ten cases in a row: three each on average.
_POSTS = (3, 2, 4, 3, 1, 5, 3, 2, 4, 3)
_POSTS_BEFORE = tuple(sum(_POSTS[:n]) for n in range(len(_POSTS)))
_PERIOD, _NEW_IN_PERIOD = 5, 2
_PARTLY_FILLED = 85


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff, by the name that the rows have."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A custom field to fill in: `fact` is what a text is about, `choices` are a list's values."""

    name: str
    type: str
    fact: str
    choices: tuple[str, ...]
    fitting: dict[str, tuple[str, ...]]
    percent: int


@dataclass(frozen=True, slots=True)
class Brand:
    """One of the company's own accounts, as the rows name it."""

    id: int
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Firsts:
    """The first number of each table whose rows others point to."""

    case: int
    author: int
    interaction: int


@dataclass(frozen=True, eq=False)
class Plan:
    """All that decides what is made; rows are numbered by cases counted from 0.

    Two of five cases are of someone new. A person `n` has the authors `2 n` and maybe `2 n + 1`.
    """

    seed: int
    cases: int
    ends: float
    firsts: Firsts
    staff: tuple[Staff, ...]
    brands: dict[str, tuple[Brand, ...]]
    tags: tuple[str, ...]
    integration_id: int | None
    case_blanks: tuple[Blank, ...]
    customer_blanks: tuple[Blank, ...]
    known_names: frozenset[str]

    @property
    def interactions(self) -> int:
        """How many posts are made."""
        return posts_before(self.cases)

    def created(self, index: int) -> float:
        """Return when a case was opened, in seconds: more on some days and hours than others."""
        place = (index + 0.5) / self.cases
        for waves, strength in ((_WEEKS, 0.5), (_DAYS, 0.45)):
            turn = 2 * math.pi * waves
            place += strength / turn * math.sin(turn * place)
        return self.ends + (min(place, 1.0) - 1) * YEARS_SECONDS


def people_before(index: int) -> int:
    """Return how many people have had a case before the case with this number."""
    periods, rest = divmod(index, _PERIOD)
    return _NEW_IN_PERIOD * periods + min(rest, _NEW_IN_PERIOD)


def is_first_case(index: int) -> bool:
    """Tell whether a case is the first of someone new."""
    return index % _PERIOD < _NEW_IN_PERIOD


def first_case_of(person: int) -> int:
    """Return the number of a person's first case."""
    periods, rest = divmod(person, _NEW_IN_PERIOD)
    return _PERIOD * periods + rest


def posts_of(index: int) -> int:
    """Return how many posts a case has."""
    return _POSTS[index % len(_POSTS)]


def posts_before(index: int) -> int:
    """Return how many posts the cases before this one have together."""
    periods, rest = divmod(index, len(_POSTS))
    return periods * sum(_POSTS) + _POSTS_BEFORE[rest]


def make_blank(definition: Definition, subjects: dict[str, str]) -> Blank:
    """Return how a field is filled in; `subjects` says by topic what a case is about."""
    entries = definition.list_values
    fitting = {
        topic: tuple(
            entry.value
            for entry in entries
            if any(word in f"{entry.name} {entry.value}".lower() for word in subject.split())
        )
        for topic, subject in subjects.items()
    }
    field = Field(definition.name, definition.label, definition.type)
    is_text = definition.type == PropertyType.TEXT
    return Blank(
        name=definition.name,
        type=definition.type,
        fact=fact_for(field) if is_text else "",
        choices=tuple(entry.value for entry in entries),
        fitting={topic: values for topic, values in fitting.items() if values},
        percent=100 if definition.required_to_close else _PARTLY_FILLED,
    )


def stamp(seconds: float) -> str:
    """Return a moment in UTC as both databases read it."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(" ")
