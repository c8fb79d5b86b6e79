"""How a flat payload is split, and what becomes of registered and unmapped keys."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cases.choices import PropertyType
from cases.properties.names import CASE_KEYS, READ_ONLY_KEYS
from cases.properties.types import Definition, ListValue
from cases.properties.values import (
    UNREGISTERED_BYTES,
    check_unregistered,
    parse_values,
    split_payload,
)

DEFINITIONS = {
    "clubNo": Definition("clubNo", "Club number", PropertyType.TEXT),
    "tier": Definition(
        "tier", "Tier", PropertyType.SINGLE_SELECT_LIST, (ListValue("Gold", "gold"),)
    ),
    "callBack": Definition("callBack", "Call back", PropertyType.CHECKBOX),
}
KEYS = st.sampled_from([*CASE_KEYS, *READ_ONLY_KEYS, *DEFINITIONS, "Title", "clubno"]) | st.text()
PAYLOADS = st.dictionaries(KEYS, st.none() | st.booleans() | st.integers() | st.text())


def split(payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return core, registered and unmapped keys."""
    parts = split_payload(payload, core=CASE_KEYS, ignored=READ_ONLY_KEYS, definitions=DEFINITIONS)
    return parts.core, parts.registered, parts.unregistered


def parse(values: dict[str, Any]) -> tuple[dict[str, str], list[str], list[str]]:
    """Return what is stored, and the names with a wrong type and with a broken rule."""
    wrong: list[str] = []
    broken: list[str] = []
    stored = parse_values(
        values,
        DEFINITIONS,
        wrong_type=lambda name, message: wrong.append(name),
        broken_rule=lambda name, message: broken.append(name),
    )
    return stored, wrong, broken


def refused(values: dict[str, Any]) -> list[str]:
    """Return the names of unmapped keys that are refused."""
    names: list[str] = []
    check_unregistered(values, broken_rule=lambda name, message: names.append(name))
    return names


def test_each_key_goes_to_its_kind() -> None:
    payload = {"title": "Lost", "clubNo": "1", "id": "9", "sentiment": "bad", "TITLE": "x"}
    assert split(payload) == (
        {"title": "Lost"},
        {"clubNo": "1"},
        {"sentiment": "bad", "TITLE": "x"},
    )


@given(PAYLOADS)
def test_no_key_is_lost_or_counted_twice(payload: dict[str, Any]) -> None:
    core, registered, unregistered = split(payload)
    ignored = {key: payload[key] for key in READ_ONLY_KEYS if key in payload}
    assert core | registered | unregistered | ignored == payload
    assert len(core) + len(registered) + len(unregistered) + len(ignored) == len(payload)


def test_every_fault_is_named_and_the_rest_is_stored() -> None:
    assert parse({"clubNo": [5], "tier": "bronze", "callBack": True}) == (
        {"callBack": "true"},
        ["clubNo"],
        ["tier"],
    )


def test_a_cleared_value_is_told_from_an_absent_one() -> None:
    assert parse({"clubNo": None, "tier": ""}) == ({"clubNo": "", "tier": ""}, [], [])


@given(PAYLOADS)
def test_every_registered_key_is_stored_or_at_fault(payload: dict[str, Any]) -> None:
    _, registered, _ = split(payload)
    stored, wrong, broken = parse(registered)
    assert sorted([*stored, *wrong, *broken]) == sorted(registered)


def test_unregistered_keys_may_hold_any_json() -> None:
    assert refused({"a": None, "b": [1, {"c": "d"}], "": "", "long" * 100: 1.5}) == []


def test_unregistered_keys_are_bounded_together() -> None:
    fits = "x" * (UNREGISTERED_BYTES - len('{"a": ""}'))
    assert UNREGISTERED_BYTES == 16 * 1024
    assert refused({"a": fits}) == []
    assert refused({"a": fits + "x"}) == ["a"]
    assert refused({"a": fits[:-20], "b": "y" * 40}) == ["a"]


def test_the_bound_counts_bytes_not_characters() -> None:
    assert refused({"a": "é" * (UNREGISTERED_BYTES // 2 - 4)}) == ["a"]


def test_text_that_no_database_holds_is_found_at_any_depth() -> None:
    values = {
        "fine": "🧳",
        "nul": ["\x00"],
        "surrogate": {"a": [{"b": "\ud800"}]},
        "in a key": {"\x00": 1},
        "key \udc00": 1,
    }
    assert refused(values) == ["nul", "surrogate", "in a key", "key \udc00"]


@given(st.dictionaries(st.text(max_size=20), st.integers() | st.text(max_size=50), max_size=20))
def test_small_clean_keys_are_never_refused(values: dict[str, Any]) -> None:
    texts = "".join(str(part) for item in values.items() for part in item)
    clean = not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in texts)
    assert bool(refused(values)) is not clean
