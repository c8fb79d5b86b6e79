"""What a database has to offer to whoever searches in it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL

from cases.search.query import Condition, Either, Word

COUNTED_WORDS = 100
"""How far the rows that have a word are counted."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """A table of words: each row belongs to `key`, and `order` grows with the age of rows.

    SQLite has a second one of FTS5 with the suffix `_fts`, whose `rowid` is `order`.
    """

    table: str
    key: str
    order: str


CASE_WORDS = WordIndex("cases_casesearch", key="case_id", order="case_id")
CUSTOMER_WORDS = WordIndex("cases_customersearch", key="customer_id", order="id")


@dataclass(frozen=True, slots=True)
class Hits:
    """Keys of rows that match: all there are, or the newest ones."""

    keys: list[Any]
    are_all: bool

    @property
    def are_none(self) -> bool:
        """No row at all matches."""
        return self.are_all and not self.keys


class Backend(ABC):
    """One kind of database. Conditions on words go in and out as one value of a statement."""

    conjunction: str
    disjunction: str
    words_type: str
    """The type of a column of words."""
    words_placeholder: str
    """What stands for the words in a statement that writes them."""
    matching: str
    """A SELECT of `key` in the order of `order`, newest first, of rows with the words: `index` and
    `limit` are filled in, the condition is a value."""
    contains: str
    """The condition that `column` holds a text, with case, of any characters."""
    begins_with: str
    """The condition that `column` lies between two texts, by code points, from an index."""
    ids_from: str
    """A SELECT of the ids of a `table` between two texts, in their order, up to `limit`."""
    median_seconds: str
    """A SELECT of the median of `closed_at - created` of `rows`, the lower of two in the middle."""

    @abstractmethod
    def each(self, keys: Sequence[int]) -> RawSQL:
        """Return whole numbers for a condition with `__in`, as one value however many there are.

        A thousand values of their own take longer to write into a statement than to find.
        """

    @abstractmethod
    def stored_words(self, words: Collection[str]) -> Any:
        """Return words as the driver takes them."""

    @abstractmethod
    def write_word(self, word: Word) -> str:
        """Return the condition that a word is there, or one that begins with it."""

    @abstractmethod
    def newest_hits(self, index: WordIndex, wanted: Condition, limit: int) -> Hits:
        """Return the newest keys that match, at most `limit` where those are not all."""

    @abstractmethod
    def some_hits(self, index: WordIndex, wanted: Condition) -> Hits:
        """Return keys that match, all or the newest, for a list that may leave any of them out."""

    @abstractmethod
    def first_of(
        self, rows: str, values: Sequence[Any], wanted: Condition, limit: int
    ) -> list[int]:
        """Return the first ids of cases that match, of the SELECT `rows` of ids with `values`."""

    @abstractmethod
    def count_words(self, conditions: Sequence[Word]) -> list[int]:
        """Return in how many cases each of the words is, up to `COUNTED_WORDS`; one statement."""

    @abstractmethod
    def commonest_words(self) -> set[str]:
        """Return words that are known without counting to be in more cases than are counted."""

    @abstractmethod
    def list_contains(self, column: str, value: str) -> Any:
        """Return the condition that the JSON list in `column` holds `value`."""

    @abstractmethod
    def key_equals(self, column: str, key: str, value: str) -> Any:
        """Return the condition that the JSON object in `column` holds `value` at `key`."""

    @abstractmethod
    def grams_source(self, property_name: str, grams: Sequence[str]) -> tuple[str, str, Any]:
        """Return what to read values `v` from that have runs of three characters, and how.

        A source for FROM, a condition, and its value.
        """

    def write_condition(self, condition: Condition) -> str:
        """Return a condition in the words of the database: a tsquery, or one of FTS5."""
        if isinstance(condition, Word):
            return self.write_word(condition)
        sign = self.disjunction if isinstance(condition, Either) else self.conjunction
        return f"({sign.join(map(self.write_condition, condition.of))})"
