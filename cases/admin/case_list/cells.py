"""The cells of the case list; everything they show is in the row of the case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.admin.common.formatting import time_ago
from cases.admin.common.highlighting import highlight
from cases.admin.common.links import customer_link
from cases.admin.common.untrusted_text import isolated, visible
from cases.choices import CaseStatus
from cases.models import Case
from cases.selectors.case_search.snippets import around_words
from cases.selectors.staff import person_name
from cases.text import shorten

_SHOWN_SERVICES, _SHOWN_TAGS = 2, 2
_SHOWN_TEXT = 120

_NONE = format_html('<span class="{}">–</span>', "case-list-none")


@dataclass(frozen=True, slots=True)
class CellContext:
    """What the cells of a list need besides their case.

    `urls` has the addresses of the cases' pages by id. `words` are those of a search, to be
    marked; `snippets` has, by case id, a passage that was found and that the list doesn't show
    otherwise; `customers` has names by id.
    """

    request: HttpRequest
    urls: Mapping[int, str]
    words: Collection[str] = ()
    snippets: Mapping[int, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)


def number_cell(case: Case, context: CellContext) -> SafeString:
    """Return the case's number, as a link to its page."""
    url = context.urls[case.pk]
    return format_html('<a href="{}" class="case-list-number">{}</a>', url, case.number)


def title_cell(case: Case, context: CellContext) -> SafeString:
    """Return the case's title, what makes it need review, and what its customer writes."""
    excerpt = context.snippets.get(case.pk) or around_words(case.excerpt, context.words)
    return format_html(
        '<a href="{}" class="case-list-title" title="{}"><bdi dir="auto">{}</bdi></a>{}{}',
        context.urls[case.pk],
        isolated(case.title),
        highlight(case.title, context.words),
        _marks(case),
        format_html(
            '<bdi dir="auto" class="case-list-excerpt{}">{}</bdi>',
            " case-list-passage" if context.words else "",
            highlight(excerpt, context.words),
        )
        if excerpt
        else "",
    )


def _marks(case: Case) -> SafeString:
    """Return why an open case needs review, until it is marked as reviewed."""
    # The list reads whether there are unmapped keys, not the keys.
    if not case.is_open or case.reviewed_at is not None:
        return SafeString()
    marks = []
    if case.possible_duplicate_of_id is not None:
        marks.append(("content_copy", _("Possible duplicate")))
    if getattr(case, "has_unregistered", False):
        marks.append(("key_off", _("Unmapped fields")))
    return format_html_join(
        "",
        '<span class="case-list-mark"><span class="material-symbols-outlined" aria-hidden="true">{}'
        "</span>{}</span>",
        marks,
    )


def customer_cell(case: Case, context: CellContext) -> SafeString:
    """Return the customer's name, as a link if the user may see customers."""
    name = context.customers.get(case.customer_id, "")
    link = customer_link(context.request, case.customer_id, name)
    return format_html('<span class="case-list-clip">{}</span>', link)


def service_cell(case: Case, context: CellContext) -> SafeString | str:
    """Return the first of the services that the posts come from."""
    return _chips(case.services, _SHOWN_SERVICES, "case-list-service")


def tags_cell(case: Case, context: CellContext) -> SafeString | str:
    """Return the first tags."""
    return _chips(case.tags, _SHOWN_TAGS, "case-list-tag")


def _chips(names: Sequence[str], shown: int, css: str) -> SafeString | str:
    if not names:
        return _NONE
    chips = format_html_join(
        " ",
        '<span class="{}" title="{}"><bdi dir="auto">{}</bdi></span>',
        ((css, isolated(name), visible(name)) for name in names[:shown]),
    )
    more = len(names) - shown
    if more <= 0:
        return chips
    rest = ", ".join(isolated(name) for name in names[shown:])
    text = ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    return format_html('{} <span class="case-list-more" title="{}">{}</span>', chips, rest, text)


def assignee_cell(case: Case, context: CellContext) -> SafeString | str:
    """Return who works on the case."""
    if case.assignee is None:
        return format_html('<span class="case-list-quiet">{}</span>', _("Unassigned"))
    name = person_name(case.assignee)
    return format_html(
        '<span class="case-list-clip" title="{}"><bdi dir="auto">{}</bdi></span>',
        isolated(name),
        visible(name),
    )


def status_cell(case: Case, context: CellContext) -> SafeString:
    """Return whether the case is open or closed."""
    # Django's own way makes a table of all choices for each case.
    if case.is_open:
        return format_html('<span class="cp-chip cp-chip-open">{}</span>', CaseStatus.OPEN.label)
    return format_html('<span class="cp-chip">{}</span>', CaseStatus.CLOSED.label)


def closed_cell(case: Case, context: CellContext) -> SafeString | str:
    """Return how long ago the case was closed."""
    return time_ago(case.closed_at) if case.closed_at else _NONE


def text_cell(text: str) -> SafeString | str:
    """Return a text up to the length that a cell shows."""
    if not text:
        return _NONE
    shown = shorten(text, _SHOWN_TEXT)
    return format_html(
        '<span class="case-list-clip" title="{}"><bdi dir="auto">{}</bdi></span>',
        isolated(shown),
        visible(shown),
    )
