"""What a request may hold is declared once: reading and JSON Schema agree on every value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cases.api.serializers.case_input import CASE
from cases.api.serializers.problems import Problems
from cases.api.serializers.readers import FLAG, MOMENT, Nullable, Reader, choice, text, web_link
from cases.api.serializers.structures import ListOf, Member, ObjectOf, OneOrMany, read_members
from cases.properties.names import CASE_KEYS

TEXT = text(5)
PERSON = ObjectOf(
    (Member("name", TEXT), Member("tags", ListOf(TEXT, 2), required=False)), build=dict
)
READERS: dict[str, Reader[Any]] = {
    "text": TEXT,
    "blank text": text(5, blank=True),
    "choice": choice(["open", "closed"]),
    "flag": FLAG,
    "nullable": Nullable(TEXT, ""),
    "list": ListOf(TEXT, 2),
    "one or many": OneOrMany(TEXT, 2),
    "one, many or none": Nullable(OneOrMany(TEXT, 2), []),
    "object": PERSON,
}
# Without half surrogate pairs, which JSON Schema knows nothing of.
TEXTS = st.sampled_from(["", " ", "\ufeff", "\x00", "a\x00", "abcde", "abcdef", "open", "CLOSED "])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9_999, 99_999) | TEXTS | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "tags", "other"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def faults(reader: Reader[Any], value: object) -> dict[str, str]:
    """Read a value at the path `it`, and return each fault by its path."""
    problems = Problems()
    reader.read(value, "it", problems)
    return {fault.name: fault.message for fault in problems.wrong_shapes + problems.broken_rules}


@pytest.mark.parametrize("name", READERS)
@given(value=VALUES)
def test_a_value_is_read_exactly_where_the_schema_allows_it(name: str, value: object) -> None:
    reader = READERS[name]
    schema = reader.schema()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(value) is (not faults(reader, value))


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (MOMENT, "2024-03-06T09:14:03Z"),
        (MOMENT, "2024-03-06 09:14:03.25+0100"),
        (web_link(40), None),
        (web_link(40), ""),
        (web_link(40), "https://user@example.com:8000/a?b#c"),
    ],
)
def test_what_is_read_is_described(reader: Reader[Any], value: object) -> None:
    assert not faults(reader, value)
    assert Draft202012Validator(reader.schema()).is_valid(value)


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (MOMENT, "yesterday"),
        (MOMENT, "06.03.2024"),
        (web_link(40), "ftp://example.com"),
        (web_link(40), "https://"),
        (web_link(40), "https://example.com/a\x00"),
        (web_link(40), "https://example.com/" + "a" * 40),
    ],
)
def test_what_is_refused_is_described_as_refused(reader: Reader[Any], value: object) -> None:
    assert faults(reader, value)
    assert not Draft202012Validator(reader.schema()).is_valid(value)


def test_every_fault_is_noted_with_its_path() -> None:
    value = [{"name": "abcdef", "tags": [[], "ok"]}, {"tags": "x"}, 7]
    assert faults(ListOf(PERSON, 5), value) == {
        "it[0].name": "must have at most 5 characters, and has 6",
        "it[0].tags[0]": "must be a string",
        "it[1].name": "is required",
        "it[1].tags": "must be a list",
        "it[2]": "must be an object",
    }


def test_the_first_broken_rule_of_a_value_is_the_one_that_is_named() -> None:
    assert faults(TEXT, "\x00" * 6)["it"].startswith("must not contain a NUL")
    assert faults(TEXT, " " * 6)["it"].startswith("must have at most 5 characters")
    assert faults(TEXT, " ") == {"it": "must not be blank"}


def test_a_part_of_an_object_needs_no_key() -> None:
    problems = Problems()
    assert read_members(PERSON.members, {"tags": ["a"]}, problems, partial=True) == {"tags": ["a"]}
    assert not problems


def test_no_custom_field_can_take_the_key_of_a_case() -> None:
    assert {member.key for member in CASE} == set(CASE_KEYS)
