"""The list of choices that is written without a template says what Django's own says."""

from html.parser import HTMLParser

import pytest
from django import forms

from cases.forms.plain_select import PlainSelect
from tests.browser.hostile import HOSTILE

CHOICES = [("", "Any"), ("a", "One"), (HOSTILE, HOSTILE), ('"&<', "'>"), (7, "seven")]


class _Reader(HTMLParser):
    """Collects elements with their attributes in any order, and texts without the space around."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


@pytest.mark.parametrize("value", ["", "a", HOSTILE, '"&<', "7", 7, None, "elsewhere"])
def test_it_is_the_same_element(value: object) -> None:
    attrs = {"id": "x", "class": HOSTILE, "disabled": True, "multiple": False}
    html = PlainSelect(attrs={"dir": "auto"}, choices=CHOICES).render('na"me', value, attrs)
    own = forms.Select(attrs={"dir": "auto"}, choices=CHOICES).render('na"me', value, attrs)
    assert _Reader(html).found == _Reader(own).found
    assert "<script" not in html


def test_it_marks_a_field_that_is_required() -> None:
    class Form(forms.Form):
        it = forms.ChoiceField(choices=CHOICES, widget=PlainSelect)

    class Own(forms.Form):
        it = forms.ChoiceField(choices=CHOICES)

    assert _Reader(str(Form()["it"])).found == _Reader(str(Own()["it"])).found
