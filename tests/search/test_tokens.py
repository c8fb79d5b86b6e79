"""The words by which cases are found, and where they stand in a text."""

import time

import pytest

from cases.properties.types import TEXTAREA_LENGTH
from cases.search.marking import cut_out, find_words
from cases.search.query import misspellings, named_number, read_terms
from cases.search.tokens import WORD_LENGTH, grouped_numbers, plain
from cases.search.words import MOST_WORDS, case_words, key_words, text_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "muller"),
        ("STRASSE straße", "strasse strasse"),
        ("Łódź Ørsted", "lodz orsted"),
        ("ＦＵＬＬ ① ٣٤", "full 1 34"),
        ("Ёлка", "елка"),
        ("がぎ", "がぎ"),
        ("한국어", "한국어"),
    ],
)
def test_plain_texts_are_compared_without_case_and_accents(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where is it?", {"where", "is", "it"}),
        ("東京都", {"東京", "京都", "都"}),
        ("👍🏽 ok", {"👍", "ok"}),
        ("हिन्दी", {"हिन्दी"}),
        ("AB-1", {"ab", "1", "ab1", "+ab1"}),
        ("O'Brien", {"o", "brien", "obrien"}),
        ("don\u2019t", {"don", "t", "dont"}),
        ("'quoted' words'", {"quoted", "words"}),
        ("12345", {"12345", "+12345", "+2345", "+345"}),
        ("a1234", {"a1234", "+a12", "+123", "+234", "+1234"}),
        ("", set()),
        ("\x00\ud800 —", set()),
    ],
)
def test_a_text_has_words(text: str, words: set[str]) -> None:
    assert set(text_words(text)) == words


def test_a_key_has_parts_too() -> None:
    assert set(key_words("@jane_doe")) == {
        *("jane", "doe", "janedoe"),
        *("+jan", "+ane", "+ned", "+edo", "+doe"),
    }


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+49 170 5550199", ["491705550199"]),
        ("+49 (0)30 123-4567, please", ["490301234567"]),
        ("(555) 123.4567", ["5551234567"]),
        ("01 23\u00a045\u201167/89", ["0123456789"]),
        ("030 1234567 / 0170 5550199", ["03012345670170", "01705550199"]),
        ("123 456", []),
        ("12,345,678", []),
        ("030\n1234567", []),
        ("1234567890123456 12", []),
        ("a1 234567 8b", []),
    ],
)
def test_a_grouped_number_is_also_one_word(text: str, numbers: list[str]) -> None:
    assert grouped_numbers(plain(text)) == numbers
    assert set(numbers) <= set(text_words(text))
    assert set(numbers) <= set(key_words(f"some longer title, and then {text}"))


def test_a_number_that_is_typed_in_groups_is_one_word_of_a_search() -> None:
    assert [
        (term.typed, term.joined) for term in read_terms("jane +49 (0)30 123-4567 or 12 34")
    ] == [
        ("jane", ""),
        ("+49 (0)30 123-4567", "490301234567"),
        ("or", ""),
        ("12", ""),
        ("34", ""),
    ]


def test_no_word_is_longer_than_fits() -> None:
    words = case_words(case_id=1, title="x" * 255, customer_id="界" * 255, texts=["y1" * 30_000])
    assert max(map(len, words)) <= WORD_LENGTH


@pytest.mark.parametrize("unit", ["x", "x1", "1", "é", "ไ", "a'", "a-", "1 ", "'", "((", "1-a"])
def test_the_longest_texts_are_read_in_no_time(unit: str) -> None:
    text = (unit * TEXTAREA_LENGTH)[:TEXTAREA_LENGTH]
    started = time.process_time()
    key_words(text)
    text_words(f"1 {text} it's")
    # A thousandth of this is usual; a run that is read again from each of its letters takes more.
    assert time.process_time() - started < 5


def test_a_case_has_so_many_words_at_most_and_its_keys_among_them() -> None:
    texts = [" ".join(f"{letter}{n}" for n in range(9_000)) for letter in "abc"]
    words = case_words(case_id=7, title="Title", customer_id="c", texts=texts)
    assert len(words) == MOST_WORDS
    assert {"#7", "title", "a1"} <= set(words)


@pytest.mark.parametrize("text", ["CP-12", "cp12", "#12", "12", " Cp-12 "])
def test_a_number_names_a_case(text: str) -> None:
    assert named_number(text) == 12


@pytest.mark.parametrize("text", ["", "0", "CP", "12 13", "9" * 20, "cp--1"])
def test_other_texts_name_none(text: str) -> None:
    assert named_number(text) is None


def test_only_so_many_words_are_read() -> None:
    assert len(read_terms(" ".join(f"w{n}" for n in range(100)))) == 8


@pytest.mark.parametrize("meant", ["receive", "reciee", "recievee", "recievx", "recieves"])
def test_a_misspelling_is_one_letter_away(meant: str) -> None:
    assert meant in misspellings("recieve")


@pytest.mark.parametrize("token", ["abc", "12345", "x" * 100])
def test_short_and_long_words_and_numbers_are_never_corrected(token: str) -> None:
    assert misspellings(token) == {}


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Jane Müller's parcel", ["muller", "parc"], ["Müller", "parc"]),
        ("Mu\u0308ller", ["muller"], ["Mu\u0308ller"]),
        ("of AB-12-345", ["ab12345"], ["AB-12-345"]),
        ("at +49 (0)30 123-4567!", ["0301234567"], ["49 (0)30 123-4567"]),
        ("by O\u2019Brien", ["obrien"], ["O\u2019Brien"]),
        ("東京タワー東京", ["東京"], ["東京", "東京"]),
        ("a cat", ["a"], ["a"]),
        ("xx 👨\u200d👩\u200d👧", ["👨"], ["👨\u200d👩\u200d👧"]),
        ("straße", ["strasse"], ["straße"]),
        ("nothing", ["else"], []),
    ],
)
def test_words_are_marked_where_they_stand(text: str, words: list[str], marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_words(text, words)] == marked


def test_a_passage_is_cut_around_the_first_word() -> None:
    passage = cut_out("x " * 100 + "needle " + "y " * 100, ["needle"], 40)
    assert passage.startswith("…x ")
    assert passage.endswith("…")
    assert "needle" in passage
    assert cut_out("nothing", ["needle"], 40) == ""
