"""Text from strangers: what is checked before it is stored, and the form in which it is compared."""

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PRINTABLE_LENGTH = 80
# Controls, formatting, accents of nothing, and what is no character.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me"}
# Letters and symbols by category, and yet nothing to see.
_BLANK_CHARACTERS = "\u115f\u1160\u2800\u3164\uffa0"

_KEY = re.compile(r"\b[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}\b")

EXCERPT_LENGTH = 200
"""Characters that a list shows of a post."""

FOLDED_LENGTH = 65_535
"""The most characters that a folded text keeps."""

UNSTORABLE_MESSAGE = "must not contain a NUL character or half of a surrogate pair"


def is_storable(value: str) -> bool:
    """Tell whether both databases can hold `value`: no NUL, no lone surrogate (contract: 422)."""
    return _UNSTORABLE.search(value) is None


def storable_part(value: str) -> str:
    """Return `value` without what no database can hold."""
    return _UNSTORABLE.sub("", value)


def is_blank(value: str) -> bool:
    """Tell whether a person would see nothing in `value`: empty, or white space alone."""
    # The mark that begins some files is white space to JavaScript, and nothing to a reader.
    return not value.replace("\ufeff", "").strip()


def is_unseen(value: str) -> bool:
    """Tell whether nothing in `value` has a shape: blank, or of characters without a glyph alone."""
    return all(
        character.isspace()
        or character in _BLANK_CHARACTERS
        or unicodedata.category(character) in _UNSEEN_CATEGORIES
        for character in value
    )


def printable(value: str, length: int = _PRINTABLE_LENGTH) -> str:
    """Return `value` short and encodable, to name it in a message or in a field's path."""
    safe = value.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return safe if len(safe) <= length else safe[: length - 1] + "…"


def without_keys(value: str) -> str:
    """Return `value` with a word in place of whatever looks like an API key of the portal."""
    return _KEY.sub("(key)", value)


def make_excerpt(text: str) -> str:
    """Return the beginning of `text` on one line, at most 200 characters."""
    words = " ".join(text[: 4 * EXCERPT_LENGTH].split())
    return words if len(words) <= EXCERPT_LENGTH else words[: EXCERPT_LENGTH - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Return `text` without regard to upper and lower case and to equal ways of writing it.

    The same on every database: ÄÖÜ, a final sigma and ß are folded as Unicode says, and so are
    the Turkish letters İ and ı, both to i. At most 65,535 characters.
    """
    folded = unicodedata.normalize("NFKC", text[:FOLDED_LENGTH]).casefold()
    folded = folded.replace("i\u0307", "i").replace("ı", "i")
    return unicodedata.normalize("NFKC", folded)[:FOLDED_LENGTH]
