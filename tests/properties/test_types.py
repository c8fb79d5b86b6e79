"""What each of the four property types takes, stores and shows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.choices import PropertyType
from cases.properties.types import (
    RULES,
    TEXT_LENGTH,
    TEXTAREA_LENGTH,
    BrokenRule,
    Definition,
    ListValue,
    WrongJSONType,
    display_value,
    make_form_field,
    parse_value,
    read_value,
)

TEXT = Definition("clubNo", "Club number", PropertyType.TEXT)
TEXTAREA = Definition("remarks", "Remarks", PropertyType.TEXTAREA)
TIER = Definition(
    "tier",
    "Tier",
    PropertyType.SINGLE_SELECT_LIST,
    (ListValue("Gold card", "gold"), ListValue("Silver card", "silver")),
)
CALL_BACK = Definition("callBack", "Call back", PropertyType.CHECKBOX)
ALL = (TEXT, TEXTAREA, TIER, CALL_BACK)

every_type = pytest.mark.parametrize("definition", ALL, ids=lambda entry: str(entry.type))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


def test_every_type_has_its_rules() -> None:
    assert set(RULES) == set(PropertyType.values)


@every_type
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_and_the_empty_string_clear_a_value(definition: Definition, value: object) -> None:
    assert parse_value(value, definition) == ""


@pytest.mark.parametrize("definition", [TEXT, TEXTAREA])
@pytest.mark.parametrize("value", ["NW-88123", " blanks stay ", " ", "مرحبا 🧳", "two\r\nlines"])
def test_a_text_is_stored_as_it_came(definition: Definition, value: str) -> None:
    assert parse_value(value, definition) == value


@pytest.mark.parametrize(("definition", "limit"), [(TEXT, 255), (TEXTAREA, 65_535)])
@pytest.mark.parametrize("character", ["x", "🧳"])
def test_a_text_is_bounded_in_characters(
    definition: Definition, limit: int, character: str
) -> None:
    assert parse_value(character * limit, definition) == character * limit
    with pytest.raises(BrokenRule, match=f"at most {limit:,} characters"):
        parse_value(character * (limit + 1), definition)


def test_the_bounds_are_the_contracts() -> None:
    assert (TEXT_LENGTH, TEXTAREA_LENGTH) == (255, 65_535)


@pytest.mark.parametrize("definition", [TEXT, TEXTAREA])
@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "\udfff tail", "\ude00\ud83d"])
def test_a_text_that_no_database_holds_is_refused(definition: Definition, value: str) -> None:
    with pytest.raises(BrokenRule, match="NUL"):
        parse_value(value, definition)


@every_type
@pytest.mark.parametrize("value", [[], {}, ["gold"], {"value": "gold"}])
def test_another_json_type_is_the_wrong_one(definition: Definition, value: object) -> None:
    with pytest.raises(WrongJSONType):
        parse_value(value, definition)


@pytest.mark.parametrize("definition", [TEXT, TEXTAREA])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (88123, "88123"), (88123.0, "88123"), (-1.5, "-1.5"), (10**30, "1" + "0" * 30)),
        *((True, "true"), (False, "false")),
    ],
)
def test_a_number_or_boolean_is_its_text(definition: Definition, value: object, text: str) -> None:
    assert parse_value(value, definition) == text


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        *((value, "true") for value in (True, 1, 1.0, "true", "True", " TRUE", "1", "Yes", "on\n")),
        *((value, "false") for value in (False, 0, 0.0, "false", "FALSE ", "0", "no", "OFF")),
    ],
)
def test_a_checkbox_understands_each_spelling(value: object, stored: str) -> None:
    assert parse_value(value, CALL_BACK) == stored


@pytest.mark.parametrize("value", ["ja", "2", "truely", 2, -1, 0.5, "\x00", "\ud800"])
def test_a_checkbox_takes_no_other_words(value: object) -> None:
    with pytest.raises(BrokenRule, match="true or false"):
        parse_value(value, CALL_BACK)


def test_a_list_takes_its_values() -> None:
    assert [parse_value(value, TIER) for value in ("gold", "silver")] == ["gold", "silver"]


@pytest.mark.parametrize("value", ["Gold", "GOLD", " gold\n", "Gold card", "gold CARD "])
def test_a_list_takes_labels_and_values_in_any_letters(value: str) -> None:
    assert parse_value(value, TIER) == "gold"


def test_a_list_takes_a_number_as_the_value_that_it_is() -> None:
    floors = (ListValue("Ground", "0"), ListValue("First", "1"))
    floor = Definition("floor", "Floor", PropertyType.SINGLE_SELECT_LIST, floors)
    assert [parse_value(value, floor) for value in (0, 1.0)] == ["0", "1"]


def test_a_label_of_several_values_says_nothing() -> None:
    same = (ListValue("Gold", "g1"), ListValue("Gold", "g2"))
    with pytest.raises(BrokenRule):
        parse_value("Gold", Definition("tier", "Tier", PropertyType.SINGLE_SELECT_LIST, same))


@pytest.mark.parametrize("value", ["platinum", "gold silver", 7, True, "\x00", "\ud800"])
def test_a_list_takes_nothing_else_and_names_what_it_takes(value: object) -> None:
    with pytest.raises(BrokenRule, match="must be one of: gold, silver"):
        parse_value(value, TIER)


def test_a_list_without_values_takes_none() -> None:
    with pytest.raises(BrokenRule):
        parse_value("gold", Definition("tier", "Tier", PropertyType.SINGLE_SELECT_LIST))


@given(st.sampled_from(ALL), JSON_VALUES)
def test_any_json_value_is_stored_as_a_string_or_refused(
    definition: Definition, value: Any
) -> None:
    try:
        stored = parse_value(value, definition)
    except (WrongJSONType, BrokenRule) as problem:
        assert str(problem)
    else:
        assert isinstance(stored, str)
        assert parse_value(stored, definition) == stored
        assert isinstance(display_value(stored, definition), str)


@pytest.mark.parametrize(
    ("definition", "stored", "shown"),
    [
        (TEXT, "NW-88123", "NW-88123"),
        (TEXTAREA, "two\nlines", "two\nlines"),
        (TIER, "gold", "Gold card"),
        (TIER, "no longer available", "no longer available"),
        (CALL_BACK, "true", "Yes"),
        (CALL_BACK, "false", "No"),
    ],
)
def test_staff_read_a_value_in_words(definition: Definition, stored: str, shown: str) -> None:
    assert display_value(stored, definition) == shown


@every_type
def test_an_input_has_its_label_and_may_stay_empty(definition: Definition) -> None:
    field = make_form_field(definition, "")
    assert (field.label, field.required) == (definition.label, False)
    assert field.clean("") == ""


@pytest.mark.parametrize(("stored", "tag"), [("", "input"), ("a b", "input"), ("a\nb", "textarea")])
def test_a_text_with_line_ends_has_an_input_that_keeps_them(stored: str, tag: str) -> None:
    widget = make_form_field(TEXT, stored).widget
    assert widget.render("field", stored).startswith(f"<{tag} ")


@given(st.sampled_from(ALL), st.text(min_size=1, max_size=300))
def test_an_input_takes_what_khoros_could_have_stored(definition: Definition, value: str) -> None:
    try:
        stored = parse_value(value, definition)
    except BrokenRule:
        return
    assert make_form_field(definition, stored).clean(stored) == stored


def test_an_input_keeps_a_list_value_that_is_no_longer_offered() -> None:
    assert make_form_field(TIER, "bronze").clean("bronze") == "bronze"


@every_type
def test_what_staff_read_of_a_value_means_that_value(definition: Definition) -> None:
    stored = {
        PropertyType.SINGLE_SELECT_LIST: ["gold", "silver"],
        PropertyType.CHECKBOX: ["true", "false"],
    }.get(PropertyType(definition.type), ["text", " a\nb "])
    for value in stored:
        assert read_value(display_value(value, definition), definition) == value
        assert read_value(value, definition) == value
    assert read_value("", definition) == ""


@pytest.mark.parametrize("text", ["Gold card", "gold card ", "GOLD CARD", "gold", " Gold"])
def test_an_entry_is_meant_by_its_name_or_value_in_any_case(text: str) -> None:
    assert read_value(text, TIER) == "gold"


def test_a_value_goes_before_a_name() -> None:
    crossed = Definition(
        "crossed",
        "Crossed",
        PropertyType.SINGLE_SELECT_LIST,
        (ListValue("two", "one"), ListValue("One", "two")),
    )
    assert [read_value(text, crossed) for text in ("one", "two", "ONE", "One")] == [
        "one",
        "two",
        "one",
        "two",
    ]


def test_a_name_of_several_entries_means_none_of_them() -> None:
    alike = Definition(
        "alike",
        "Alike",
        PropertyType.SINGLE_SELECT_LIST,
        (ListValue("Gold", "au"), ListValue("Gold", "old"), ListValue("GOLD", "third")),
    )
    for text in ("Gold", "gold"):
        with pytest.raises(BrokenRule, match=r"use a value instead \(au, old"):
            read_value(text, alike)
    assert [read_value(text, alike) for text in ("au", "OLD", "GOLD")] == ["au", "old", "third"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("Yes", "true"), ("no", "false"), ("TRUE", "true"), ("False", "false"), ("1", "true")],
)
def test_a_checkbox_is_read_as_spreadsheets_and_staff_write_it(text: str, value: str) -> None:
    assert read_value(text, CALL_BACK) == value


@pytest.mark.parametrize(
    ("definition", "problem"),
    [(TIER, "must be one of: Gold card, Silver card"), (CALL_BACK, "must be Yes or No")],
)
def test_what_cannot_be_read_is_refused_in_the_words_of_staff(
    definition: Definition, problem: str
) -> None:
    with pytest.raises(BrokenRule, match=problem):
        read_value("perhaps", definition)
