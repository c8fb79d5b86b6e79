"""The form over a list: what it sends and how it looks is Django's own form."""

import re

import pytest
from django import forms

from cases.forms.list_filters import PlainSelect

CHOICES = [("", "Any"), ("x<\"'&", "L<b>&"), ("5", "five"), ("None", "None")]


def html(field: forms.BoundField) -> str:
    """Return the element without the spaces between tags and within them."""
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", str(field).strip()))


@pytest.mark.parametrize("value", ["", "x<\"'&", "5", None, "unknown"])
def test_a_select_is_the_one_that_django_renders(value: str | None) -> None:
    class Ours(forms.Form):
        chosen = forms.ChoiceField(choices=CHOICES, help_text="Help", widget=PlainSelect)

    class Djangos(forms.Form):
        chosen = forms.ChoiceField(choices=CHOICES, help_text="Help")

    ours, djangos = (
        html(
            form(auto_id="f_%s", initial={"chosen": value}, use_required_attribute=False)["chosen"]
        )
        for form in (Ours, Djangos)
    )
    # Only the order of attributes differs, which browsers don't see.
    assert sorted(re.split(r"[ >]", ours)) == sorted(re.split(r"[ >]", djangos))
