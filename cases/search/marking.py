"""Where the words of a search stand in a text, as it was written: pure functions on strings."""

import re
from collections.abc import Collection, Iterator
from itertools import chain

from cases.search.tokens import GROUPED, PART_LENGTH, is_unspaced, plain, tokens_of

# Letters with what belongs to them: accents of their own, and vowel signs.
_RUN = (
    "(?:[^\\W_]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u109f])"
)
_SPAN = re.compile(
    f"{_RUN}+|[\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
)
_COMPOUND = re.compile(f"{_RUN}+(?:[-./:@_+#'\u2018\u2019]{_RUN}+)+")
# What an emoji consists of after its first character: presentation, skin, and others joined to it.
_REST = re.compile("(?:[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*")

_LEAD = 16
"""How many characters of what stands before a word are shown: the word itself must be in sight."""

Span = tuple[int, int]


def find_words(text: str, words: Collection[str]) -> list[Span]:
    """Return the places of the words of a search in `text`, in order and apart from each other."""
    words = _likely(text, words)
    if not words:
        return []
    spans = [span for run in _SPAN.finditer(text) for span in _within(run, words)]
    longer = [word for word in words if len(word) >= PART_LENGTH]
    for compound in _joined(text) if longer else ():
        joined = "".join(tokens_of(plain(compound[0])))
        if any(word in joined for word in longer):
            spans += [] if _is_touched(compound.span(), spans) else [compound.span()]
    return _merged(spans)


def cut_out(text: str, words: Collection[str], length: int) -> str:
    """Return about `length` characters of `text` on one line, from just before the first of the words.

    `""` where none is in it.
    """
    line = " ".join(text.split())
    found = find_words(line, words)
    if not found:
        return ""
    start = max(0, found[0][0] - min(_LEAD, length // 4))
    if start:
        # At the beginning of a word, where one is near.
        space = line.find(" ", start, found[0][0])
        start = space + 1 if space >= 0 else start
    end = start + length
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _likely(text: str, words: Collection[str]) -> list[str]:
    """Return those of the words that may stand in `text`: most texts of a page have none."""
    letters = "".join(tokens_of(plain(text)))
    # A mark beside a letter of other alphabets may make another letter of both.
    return [word for word in words if word in letters or not word.isascii()]


def _joined(text: str) -> Iterator[re.Match[str]]:
    """Yield what is several words and also one."""
    return chain(_COMPOUND.finditer(text), GROUPED.finditer(text))


def _within(run: re.Match[str], words: Collection[str]) -> Iterator[Span]:
    bare = plain(run[0])
    start, end = run.span()
    for word in words:
        place = bare.find(word)
        while place >= 0:
            if _counts(word, bare, place):
                if len(bare) != end - start or place + len(word) == len(bare):
                    whole_end = _rest_of(run.string, end)
                    yield (start if len(bare) != end - start else start + place), whole_end
                else:
                    yield start + place, start + place + len(word)
            place = bare.find(word, place + len(word))


def _counts(word: str, bare: str, place: int) -> bool:
    """Tell whether a word counts where it stands: short ones alone, unless nothing is spaced."""
    return len(word) >= PART_LENGTH or is_unspaced(word) or (place == 0 and word == bare)


def _rest_of(text: str, end: int) -> int:
    found = _REST.match(text, end)
    return found.end() if found else end


def _is_touched(span: Span, others: Collection[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _merged(spans: Collection[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
