"""Untrusted text with the words of a search marked."""

from collections.abc import Collection, Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cases.admin.common.untrusted_text import visible
from cases.search.marking import find_words

register = template.Library()


@register.filter
def highlight(text: str, words: Collection[str]) -> SafeString:
    """Return `text` escaped, as `visible` does, with each of `words` in a `<mark>`.

    `words` are those of `SearchResult`; without any this is `visible`.
    """
    if not words or not text:
        return visible(text)
    return format_html_join("", "{}", ((part,) for part in _parts(text, words)))


def _parts(text: str, words: Collection[str]) -> Iterator[SafeString]:
    done = 0
    for start, end in find_words(text, words):
        yield visible(text[done:start])
        yield format_html('<mark class="cp-found">{}</mark>', visible(text[start:end]))
        done = end
    yield visible(text[done:])
