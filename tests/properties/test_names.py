"""Which names a custom field may have, and what a name suggests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.properties.names import CASE_KEYS, READ_ONLY_KEYS, name_problem
from cases.properties.unmapped import suggest_label


@pytest.mark.parametrize("name", ["clubNumber", "a", "Club_2", "x" * 64, "titleOfClub", "vip"])
def test_a_plain_identifier_is_a_name(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name", ["", " ", "1st", "_club", "club-no", "club no", "club.no", "clubé", "club\n", "x" * 65]
)
def test_anything_else_is_none(name: str) -> None:
    assert name_problem(name)


@pytest.mark.parametrize("key", [*CASE_KEYS, *READ_ONLY_KEYS, "constructor", "null"])
@pytest.mark.parametrize("spell", [str, str.upper, str.lower, str.title])
def test_core_keys_and_reserved_words_are_refused_in_any_spelling(key: str, spell: type) -> None:
    assert name_problem(spell(key))


@given(st.text(max_size=80))
def test_it_answers_for_every_text(name: str) -> None:
    problem = name_problem(name)
    assert problem or (name.isascii() and name.isidentifier() and len(name) <= 64)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("clubNumber", "Club number"),
        ("order_no", "Order no"),
        ("VIPLevel", "VIP level"),
        ("isB2B", "Is B2B"),
        ("line2", "Line 2"),
        ("___", "___"),
        ("größe", "größe"),
    ],
)
def test_a_label_is_made_of_a_name(name: str, label: str) -> None:
    assert suggest_label(name) == label
