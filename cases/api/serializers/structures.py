"""Readers of lists and objects, made of other readers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cases.api.serializers.problems import Problems
from cases.api.serializers.readers import Reader, or_null
from cases.api.serializers.rules import Schema

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
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

    def schema(self) -> Schema:
        """Return the schema of an array."""
        return {"type": "array", "maxItems": self.most, "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A string, or a list of them: the vendor's pages give some keys as one and as the other."""

    item: Reader[str]
    most: int

    def read(self, value: Any, path: str, problems: Problems) -> list[str] | None:
        """Return a list in either case."""
        if isinstance(value, list):
            return ListOf(self.item, self.most).read(value, path, problems)
        entry = self.item.read(value, path, problems)
        return None if entry is None else [entry]

    def schema(self) -> Schema:
        """Return the schema of either."""
        return {"anyOf": [self.item.schema(), ListOf(self.item, self.most).schema()]}


@dataclass(frozen=True, slots=True)
class Member:
    """A key of an object and the reader of its value; the description is for people."""

    key: str
    reader: Reader[Any]
    description: str = ""
    required: bool = True

    def schema(self) -> Schema:
        """Return the schema of the value, described; an optional one may be null."""
        schema = self.reader.schema() if self.required else or_null(self.reader.schema())
        return schema | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class ObjectOf(Generic[T]):
    """An object with known keys; keys that it does not know are passed over.

    `build` gets the values of the keys that are present, and is called only where none was at
    fault. `component` is the schema's name in the OpenAPI document; without one it is written out
    wherever it is used.
    """

    members: tuple[Member, ...]
    build: Callable[[dict[str, Any]], T]
    component: str = ""
    description: str = ""

    def read(self, value: Any, path: str, problems: Problems) -> T | None:
        """Return what `build` makes of the values."""
        if not isinstance(value, dict):
            problems.wrong_shape(path, "must be an object")
            return None
        before = len(problems)
        values = read_members(self.members, value, problems, prefix=f"{path}.")
        return self.build(values) if len(problems) == before else None

    def schema(self) -> Schema:
        """Return the schema, or the reference to it where it has a name."""
        return reference(self.component) if self.component else self.full_schema()

    def full_schema(self) -> Schema:
        """Return the schema, written out."""
        schema: Schema = {"type": "object", "properties": member_schemas(self.members)}
        required = [member.key for member in self.members if member.required]
        schema |= {"required": required} if required else {}
        return schema | ({"description": self.description} if self.description else {})


def read_members(
    members: Iterable[Member],
    values: Mapping[str, Any],
    problems: Problems,
    *,
    prefix: str = "",
    partial: bool = False,
) -> dict[str, Any]:
    """Return the values by key, noting those at fault, and those that are missing unless `partial`.

    An optional key that is null is absent (contract: What is repaired). `prefix` is put before
    each key to make its path.
    """
    read = {}
    for member in members:
        path = f"{prefix}{member.key}"
        if not member.required and values.get(member.key) is None:
            continue
        if member.key in values:
            read[member.key] = member.reader.read(values[member.key], path, problems)
        elif member.required and not partial:
            problems.wrong_shape(path, "is required")
    return read


def member_schemas(members: Iterable[Member]) -> dict[str, Schema]:
    """Return the schema of each member by its key."""
    return {member.key: member.schema() for member in members}


def reference(component: str, **more: Any) -> Schema:
    """Return a reference to a schema of the components, with `more` keywords beside it."""
    return {"$ref": f"#/components/schemas/{component}", **more}
