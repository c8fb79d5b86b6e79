"""The places where a search found cases, when neither title nor excerpt shows them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from django.db.models import F
from django.db.models.functions import Left

from cases.models import Case, CaseNote, Interaction
from cases.search.marking import cut_out, find_words

SNIPPET_LENGTH = 160
READ_POSTS = 1_000
"""How many of the newest posts and notes of one page's cases are looked through."""

_READ_LENGTH = 4_000


def find_snippets(
    cases: Sequence[Case], words_by_term: Sequence[Sequence[str]]
) -> Mapping[int, str]:
    """Return, by the id of a case, a piece of a text that has words which the list doesn't show.

    `words_by_term` is that of `SearchResult`. Takes at most three statements, and none where every
    row shows why it was found.
    """
    missing = {
        case.pk: lacking
        for case in cases
        if (lacking := _lacking(f"{case.title} {case.excerpt} {case.number}", words_by_term))
    }
    snippets: dict[int, str] = {}
    texts = _texts(list(missing))
    while len(snippets) < len(missing) and (found := next(texts, None)):
        key, text = found
        if key not in snippets and (piece := cut_out(text, missing[key], SNIPPET_LENGTH)):
            snippets[key] = piece
    return snippets


def around_words(excerpt: str, words: Collection[str]) -> str:
    """Return the piece of a case's excerpt that shows the words, or all of it where it has none."""
    return (cut_out(excerpt, words, SNIPPET_LENGTH) if words else "") or excerpt


def _lacking(shown: str, words_by_term: Sequence[Sequence[str]]) -> list[str]:
    lacking = (words for words in words_by_term if not find_words(shown, words))
    return list(dict.fromkeys(chain.from_iterable(lacking)))


def _texts(keys: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the texts of cases: posts, notes, and then what else they are found by."""
    posts = Interaction.objects.filter(case__in=keys).order_by("-id")
    rows = posts.values_list(
        "case_id", Left("body", _READ_LENGTH), "author__handle", "author__name"
    )
    names = []
    for key, body, handle, name in rows[:READ_POSTS]:
        yield key, body
        names.append((key, f"{name or ''} {handle or ''}"))
    notes = CaseNote.objects.filter(case__in=keys).order_by("-id")
    yield from notes.values_list("case_id", Left("body", _READ_LENGTH))[:READ_POSTS]
    yield from names
    fields = (
        Case.objects.filter(pk__in=keys)
        .order_by()
        .values_list(
            "pk",
            "description",
            "resolution",
            "properties",
            F("customer__properties"),
            "customer_id",
        )
    )
    for key, description, resolution, properties, customer, customer_id in fields:
        yield key, description[:_READ_LENGTH]
        yield key, resolution[:_READ_LENGTH]
        for value in (*properties.values(), *customer.values(), customer_id):
            yield key, str(value)[:_READ_LENGTH]
