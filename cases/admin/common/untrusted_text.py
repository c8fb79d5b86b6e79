"""Display of untrusted text: invisible characters are shown, and text can't reorder its surroundings.

`visible` is for the body of a page (also as a filter of `{% load case_text %}`), `isolated` for
places without elements: attributes, options, `<title>`, messages.
"""

import unicodedata
from collections.abc import Callable

import regex
from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import gettext as _

from cases.text import EMOJI, INVISIBLE

register = template.Library()

MARKS_SHOWN = 100
"""How many marks a text gets; further runs of invisible characters are shown as U+FFFD."""

_FSI, _PDI = "\u2068", "\u2069"
_DIRECTION_MARKS = "\u061c\u200e\u200f"

# Scripts whose letters join, or form conjuncts: Arabic to Adlam, and those of South Asia.
_JOINING = (
    r"[\p{Arabic}\p{Syriac}\p{Thaana}\p{Nko}\p{Mandaic}\p{Mongolian}\p{Phags_Pa}\p{Adlam}"
    r"[\P{Indic_Syllabic_Category=Other}&&[\p{L}\p{M}]]]"
)
_WRITTEN_WITHOUT_SPACES = r"[\p{Thai}\p{Lao}\p{Myanmar}\p{Khmer}]"
_IDEOGRAPH = r"\p{Ideographic}"
_LEGITIMATE = "|".join(
    (
        # The flags of England, Scotland and Wales.
        "(?<=\U0001f3f4)(?:{})\U000e007f".format(
            "|".join(
                "".join(chr(0xE0000 + ord(letter)) for letter in name)
                for name in ("gbeng", "gbsct", "gbwls")
            )
        ),
        rf"(?<=[{EMOJI}\p{{Emoji_Modifier}}\ufe0f])\u200d(?=[{EMOJI}\p{{Math}}])",
        rf"(?<={_JOINING})[\u200c\u200d]",
        rf"(?<={_WRITTEN_WITHOUT_SPACES})\u200b",
        r"(?<=\p{Emoji})[\ufe0e\ufe0f]",
        rf"(?<=[{_IDEOGRAPH}\p{{Math}}\u3000-\u303f\uff00-\uff60])[\ufe00-\ufe02]",
        rf"(?<={_IDEOGRAPH})[\U000e0100-\U000e01ef]",
        r"(?<=\p{Mongolian})[\u180b-\u180f]",
    )
)
_SUSPECT = regex.compile(rf"(?V1){INVISIBLE}")
# A run of the same character is one match.
_FOUND = regex.compile(rf"(?V1)(?P<legitimate>{_LEGITIMATE})|(?P<one>{INVISIBLE})(?P=one)*")
_RIGHT_TO_LEFT = regex.compile(r"(?V1)[[\p{Bidi_Class=R}\p{Bidi_Class=AL}]--[\u061c\u200f]]")


@register.filter
def visible(text: object) -> SafeString:
    """Return `text` escaped, with a mark such as `U+202E` for each invisible character.

    Legitimate uses are left alone: joiners within emoji and in scripts that need them, presentation
    selectors after what they select, direction marks in text that has right-to-left letters. Text
    without any such character costs one search.
    """
    if isinstance(text, SafeData):
        return conditional_escape(text)
    shown = str(text)
    if _SUSPECT.search(shown) is None:
        return conditional_escape(shown)
    return format_html_join("", "{}", ((part,) for part in _parts(shown, _mark)))


@register.filter
def isolated(text: object) -> str:
    """Return `text` for an attribute, an option or a `<title>`, with invisible characters named.

    Text with right-to-left letters is put between U+2068 and U+2069, so that it can't reorder the
    text beside it.
    """
    shown = str(text)
    if _SUSPECT.search(shown) is not None:
        shown = "".join(_parts(shown, _named))
    return f"{_FSI}{shown}{_PDI}" if _RIGHT_TO_LEFT.search(shown) else shown


def _parts(text: str, show: Callable[[str, int], str]) -> list[str]:
    """Return `text` in parts, with `show(character, number)` for each run of an invisible one."""
    keeps_directions = _RIGHT_TO_LEFT.search(text) is not None
    parts: list[str] = []
    end = marks = 0
    for match in _FOUND.finditer(text):
        character = match["one"]
        if not character or (keeps_directions and character in _DIRECTION_MARKS):
            continue
        if text[end : match.start()]:
            parts.append(text[end : match.start()])
        end = match.end()
        marks += 1
        if marks <= MARKS_SHOWN:
            parts.append(show(character, len(match[0])))
        elif marks == MARKS_SHOWN + 1 or parts[-1] != "\ufffd":
            parts.append("\ufffd")
    return [*parts, text[end:]]


def _mark(character: str, number: int) -> SafeString:
    code, name = _code(character), _name(character)
    return format_html(
        '<span class="cp-control" dir="ltr" role="img" aria-label="{0}" title="{0}">{1}</span>',
        f"{code} {name}" + (f" ×{number}" if number > 1 else ""),
        code + (f"×{number}" if number > 1 else ""),
    )


def _named(character: str, number: int) -> str:
    return f"[{_code(character)}{f'×{number}' if number > 1 else ''}]"


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _name(character: str) -> str:
    """Return the character's Unicode name, or else its kind."""
    kinds = {
        "Cc": _("control character"),
        "Co": _("private-use character"),
        "Cs": _("half of a surrogate pair"),
    }
    kind = kinds.get(unicodedata.category(character), _("character that is not assigned"))
    return unicodedata.name(character, kind)


def clipped(text: str) -> SafeString:
    """Return untrusted text for a cell of a list: in its own direction, at most two lines."""
    return format_html(
        '<bdi dir="auto" class="cp-clip" title="{}">{}</bdi>', isolated(text), visible(text)
    )
