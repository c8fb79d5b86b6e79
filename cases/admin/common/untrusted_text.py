"""Strangers' text as it is: characters that cannot be seen are shown, and text stays in its place.

`visible` is for the body of a page (also as the filter of `{% load case_text %}`), `isolated` for
where no element fits: attributes, options, `<title>`, messages.
"""

import re
import unicodedata
from collections.abc import Callable

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import gettext as _

register = template.Library()

MARKS_SHOWN = 100
"""How many marks one text gets; whatever else it hides is shown as U+FFFD, one for a run."""

_FSI, _PDI = "\u2068", "\u2069"
_DIRECTION_MARKS = "\u061c\u200e\u200f"

# What has no glyph of its own: controls, formatting, fillers, variation selectors, tags, private
# use, noncharacters, halves of surrogate pairs. Not tab and line ends, and not the Arabic signs that enclose numbers.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffc\ufffe\uffff\ud800-\uf8ff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}-{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 15))
)
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934"
    "\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# Scripts whose letters join, or form conjuncts: Arabic to Thaana, Indic, Khmer, Mongolian, …
_JOINING = (
    "\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff\u1807\u1820-\u18af"
    "\u1a00-\u1c4f\ua800-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00011000-\U00011fff"
    "\U0001e900-\U0001e95f"
)
_WRITTEN_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff"
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HONEST = "|".join(
    (
        # The flags of England, Scotland and Wales.
        "(?<=\U0001f3f4)(?:{})\U000e007f".format(
            "|".join(
                "".join(chr(0xE0000 + ord(letter)) for letter in name)
                for name in ("gbeng", "gbsct", "gbwls")
            )
        ),
        f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])",
        f"(?<=[{_JOINING}])[\u200c\u200d]",
        f"(?<=[{_WRITTEN_WITHOUT_SPACES}])\u200b",
        f"(?<=[{_EMOJI}#*0-9])[\ufe0e\ufe0f]",
        f"(?<=[{_IDEOGRAPHS}\u2200-\u22ff\u3000-\u303f\uff00-\uff60])[\ufe00-\ufe02]",
        f"(?<=[{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]",
        "(?<=[\u1820-\u18aa])[\u180b-\u180f]",
    )
)
_SUSPECT = re.compile(f"[{_UNSEEN}]")
# A run of the same character is one match.
_FOUND = re.compile(f"(?P<honest>{_HONEST})|(?P<one>[{_UNSEEN}])(?P=one)*")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


@register.filter
def visible(text: object) -> SafeString:
    """Return `text` escaped, with a mark such as `U+202E` for each character that is not seen.

    Honest uses are left alone: joiners within emoji and in scripts that need them, presentation
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
    """Return `text` for an attribute, an option or a `<title>`: unseen characters named.

    Text with right-to-left letters is put between U+2068 and U+2069, so that it can't reorder what
    stands beside it.
    """
    shown = str(text)
    if _SUSPECT.search(shown) is not None:
        shown = "".join(_parts(shown, _named))
    return f"{_FSI}{shown}{_PDI}" if _RIGHT_TO_LEFT.search(shown) else shown


def _parts(text: str, show: Callable[[str, int], str]) -> list[str]:
    """Return `text` in parts, with `show(character, number)` for each run of an unseen one."""
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
    """Return the character's name in Unicode, or what kind it is of where it has none."""
    kinds = {
        "Cc": _("control character"),
        "Co": _("private-use character"),
        "Cs": _("half of a surrogate pair"),
    }
    kind = kinds.get(unicodedata.category(character), _("character that is not assigned"))
    return unicodedata.name(character, kind)


def clipped(text: str) -> SafeString:
    """Return a stranger's text for a cell of a list: in its own direction, at most two lines."""
    return format_html(
        '<bdi dir="auto" class="cp-clip" title="{}">{}</bdi>', isolated(text), visible(text)
    )
