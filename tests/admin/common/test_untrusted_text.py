"""What cannot be seen in a stranger's text is shown; what is honest stays as it is."""

import time

import pytest
from django.template import Context, Template

from cases.admin.common.untrusted_text import MARKS_SHOWN, isolated, visible

HONEST = [
    "",
    "Where is my suitcase?\n\tThank you.\r\n",
    "👩‍👩‍👧‍👦 ❤️ 🏳️‍🌈 1️⃣ 👍🏽 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می‌خواهم",
    "क्‍ष",
    "ภาษา\u200bไทย",
    "葛\U000e0100",
    "שלום\u200f!",
    "مرحبا \u200e12\u200e",
    "Zürich – „naïve“ 東京 עברית",
]

HIDDEN = {
    "\x00": "U+0000 control character",
    "\x1b": "U+001B control character",
    "\x85": "U+0085 control character",
    "\xad": "U+00AD SOFT HYPHEN",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\u200d": "U+200D ZERO WIDTH JOINER",
    "\u200e": "U+200E LEFT-TO-RIGHT MARK",
    "\u2028": "U+2028 LINE SEPARATOR",
    "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u2066": "U+2066 LEFT-TO-RIGHT ISOLATE",
    "\u2069": "U+2069 POP DIRECTIONAL ISOLATE",
    "\u3164": "U+3164 HANGUL FILLER",
    "\ufe0f": "U+FE0F VARIATION SELECTOR-16",
    "\ufeff": "U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "\ue000": "U+E000 private-use character",
    "\ufdd0": "U+FDD0 character that is not assigned",
    "\U0001ffff": "U+1FFFF character that is not assigned",
    "\U000e0041": "U+E0041 TAG LATIN CAPITAL LETTER A",
    "\U000e0101": "U+E0101 VARIATION SELECTOR-18",
    "\U0010ffff": "U+10FFFF character that is not assigned",
}


@pytest.mark.parametrize("text", HONEST)
def test_it_leaves_honest_text_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert isolated(text).strip("\u2068\u2069") == text


@pytest.mark.parametrize("character", HIDDEN)
def test_it_marks_what_cannot_be_seen_with_its_code_and_name(character: str) -> None:
    shown = visible(f"a{character}b")
    code, name = HIDDEN[character].split(" ", 1)
    assert shown.startswith("a<span ")
    assert f'title="{code} {name}">{code}</span>b' in shown
    assert f'aria-label="{code} {name}"' in shown
    assert character not in shown
    assert isolated(f"a{character}b") == f"a[{code}]b"


def test_it_escapes_what_it_marks() -> None:
    shown = visible("<b>\u202e</b>&")
    assert shown.startswith("&lt;b&gt;<span ")
    assert shown.endswith("</span>&lt;/b&gt;&amp;")
    assert visible("<b>") == "&lt;b&gt;"


def test_overrides_stay_visible_among_right_to_left_letters() -> None:
    assert "U+202E" in visible("שלום \u202eabc")


def test_a_selector_that_selects_nothing_is_marked_also_behind_an_emoji() -> None:
    assert visible("😀\ufe0f") == "😀\ufe0f"
    assert "U+E0101" in visible("😀\U000e0101")
    assert "U+FE01" in visible("😀\ufe01")


def test_a_tag_outside_of_a_flag_is_marked() -> None:
    assert visible("\U0001f3f4\U000e0061\U000e0062").count("<span") == 2


def test_a_run_of_one_character_is_one_mark() -> None:
    assert "U+200B×5000" in visible("\u200b" * 5000)


def test_a_text_full_of_hidden_characters_gets_so_many_marks_and_no_more() -> None:
    shown = visible("\u200b\u200d" * 30_000)
    assert shown.count("<span") == MARKS_SHOWN
    assert len(shown) < 20_000


def test_only_text_with_right_to_left_letters_needs_isolating() -> None:
    assert isolated("Ann") == "Ann"
    assert isolated("سارة") == "\u2068سارة\u2069"


def test_templates_have_it_as_a_filter() -> None:
    template = Template("{% load case_text %}{{ text|visible }} <a title='{{ text|isolated }}'>")
    shown = template.render(Context({"text": "<\u202e"}))
    assert shown.count("U+202E") == 4
    assert "title='&lt;[U+202E]'" in shown


def test_ordinary_text_costs_next_to_nothing() -> None:
    text = "Where is my suitcase? " * 3_000
    began = time.perf_counter()
    visible(text)
    assert time.perf_counter() - began < 0.25
