"""Untrusted text: checks before it is stored, excerpts, and case folding for comparisons."""

import unicodedata

import regex

INVISIBLE = (
    r"[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}"
    r"\p{Noncharacter_Code_Point}\ufff9-\ufffc]--[\t\n\r\p{Prepended_Concatenation_Mark}]]"
)
"""Characters without a glyph of their own, as a set of `regex` in its version 1 (UAX 44)."""

EMOJI = r"[\p{Extended_Pictographic}\p{Regional_Indicator}]"
"""Characters that are, or begin, an emoji (UTS 51)."""

_UNSTORABLE = regex.compile("[\x00\ud800-\udfff]")
_PRINTABLE_LENGTH = 80
# The blank Braille pattern is a symbol by its category, but invisible.
_UNSEEN = regex.compile(rf"(?V1)[{INVISIBLE}\s\p{{Z}}\p{{Mn}}\p{{Me}}\p{{Cn}}\u2800]*")
_GRAPHEME = regex.compile(r"\X")

_KEY = regex.compile(r"\b[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}\b")

EXCERPT_LENGTH = 200
"""Characters that a list shows of a post."""

_EXACT = 2.0**53
"""Up to here a float tells one whole number from the next."""

FOLDED_LENGTH = 65_535
"""The most characters that a folded text keeps."""

UNSTORABLE_MESSAGE = "must not contain a NUL character or half of a surrogate pair"


def is_storable(value: str) -> bool:
    """Tell whether both databases can store `value`: no NUL, no lone surrogate (contract: 422)."""
    return _UNSTORABLE.search(value) is None


def storable_part(value: str) -> str:
    """Return `value` without characters that can't be stored."""
    return _UNSTORABLE.sub("", value)


def json_text(value: bool | float) -> str:
    """Return a JSON number or boolean as the text that a person would write for it.

    A whole number has no decimals, however it came: it may be an id.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    is_whole = value == value // 1 and abs(value) < _EXACT
    return str(int(value)) if is_whole else str(value)


def is_blank(value: str) -> bool:
    """Tell whether `value` is empty or only white space."""
    # A byte order mark is white space to JavaScript, and invisible to a reader.
    return not value.replace("\ufeff", "").strip()


def is_unseen(value: str) -> bool:
    """Tell whether `value` has nothing visible: it is blank or has only invisible characters."""
    return _UNSEEN.fullmatch(value) is not None


def printable(value: str, length: int = _PRINTABLE_LENGTH) -> str:
    """Return `value` short and encodable, to name it in a message or in a field's path."""
    safe = value.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return shorten(safe, length)


def without_keys(value: str) -> str:
    """Return `value` with a placeholder for anything that looks like an API key of the portal."""
    return _KEY.sub("(key)", value)


def make_excerpt(text: str) -> str:
    """Return the beginning of `text` on one line, at most 200 characters."""
    return shorten(" ".join(text[: 4 * EXCERPT_LENGTH].split()), EXCERPT_LENGTH)


def shorten(text: str, length: int) -> str:
    """Return `text`, or its beginning with `…`: at most `length` characters, no grapheme split."""
    if len(text) <= length:
        return text
    # Graphemes that end at the cut may continue after it, hence `<`.
    ends = [found.end() for found in _GRAPHEME.finditer(text[:length])]
    end = next((end for end in reversed(ends) if end < length), length - 1)
    return text[:end].rstrip() + "…"


def fold(text: str) -> str:
    """Return `text` case-folded and normalised, for comparisons.

    The same on every database: ÄÖÜ, a final sigma and ß are folded as Unicode says, and so are
    the Turkish letters İ and ı, both to i. At most 65,535 characters.
    """
    folded = unicodedata.normalize("NFKC", text[:FOLDED_LENGTH]).casefold()
    folded = folded.replace("i\u0307", "i").replace("ı", "i")
    return unicodedata.normalize("NFKC", folded)[:FOLDED_LENGTH]
