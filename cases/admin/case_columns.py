"""The columns of the case list; all of what they show stands in the row of the case."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cases.admin.case_place import listed_case_url
from cases.admin.display import time_ago
from cases.admin.highlight import highlight
from cases.admin.links import customer_link
from cases.admin.visible_text import isolated, visible
from cases.choices import ObjectType
from cases.models import Case
from cases.properties.types import Definition, display_value
from cases.selectors.inbox_query import InboxQuery
from cases.selectors.properties import announced_definitions
from cases.selectors.snippets import around_words
from cases.selectors.staff import person_name

PROPERTY_PREFIX = "property_"
DEFAULT_COLUMNS = (
    "number",
    "title",
    "customer",
    "service",
    "created",
    "updated",
    "assignee",
    "tags",
    "status",
)

_SHOWN_SERVICES, _SHOWN_TAGS = 2, 2
_SHOWN_TEXT = 120

_NONE = format_html('<span class="{}">–</span>', "inbox-none")

Text = str | Promise
Value = str | datetime | None


@dataclass(frozen=True, slots=True)
class Links:
    """Where the cells of a list lead: each case remembers the list that it was opened from.

    `words` are those of a search, to mark them; `snippets` has, by the id of a case, a text that
    was found and that the list doesn't show otherwise; `customers` has names by id.
    """

    request: HttpRequest
    inbox: InboxQuery
    words: Collection[str] = ()
    snippets: Mapping[int, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)

    def case_url(self, case: Case) -> str:
        """Return the address of a case's page, with this list and the case's place in it."""
        return listed_case_url(self.inbox, self.inbox.position_of(case))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `cell` is what the list shows, `value` the same as plain text or time.

    `sort` is a name of `SORTS` for a column that the list can be sorted by.
    """

    name: str
    label: Text
    cell: Callable[[Case, Links], SafeString | str]
    value: Callable[[Case], Value]
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the list, ready to show; `label` tells its checkbox from the others."""

    case: Case
    url: str
    cells: Sequence[tuple[Column, SafeString | str]] = field(default_factory=tuple)


def all_columns() -> dict[str, Column]:
    """Return every column that the list can have by its name, those of live properties last."""
    properties = (_property_column(found) for found in announced_definitions(ObjectType.CASE))
    return {column.name: column for column in (*_COLUMNS, *properties)}


def chosen_columns(names: Collection[str]) -> list[Column]:
    """Return the columns of those names in their order; the usual ones where none is known.

    The title is always among them: it says which case a row is.
    """
    columns = all_columns()
    known = [columns[name] for name in names if name in columns]
    if not known:
        return [columns[name] for name in DEFAULT_COLUMNS]
    title = columns["title"]
    return known if title in known else [title, *known]


def list_rows(cases: Sequence[Case], columns: Sequence[Column], links: Links) -> list[Row]:
    """Return the rows of the list."""
    return [
        Row(
            case,
            links.case_url(case),
            [(column, column.cell(case, links)) for column in columns],
        )
        for case in cases
    ]


def _number(case: Case, links: Links) -> SafeString:
    url = links.case_url(case)
    return format_html('<a href="{}" class="inbox-number">{}</a>', url, case.number)


def _title(case: Case, links: Links) -> SafeString:
    excerpt = links.snippets.get(case.pk) or around_words(case.excerpt, links.words)
    return format_html(
        '<a href="{}" class="inbox-title" title="{}"><bdi dir="auto">{}</bdi></a>{}{}',
        links.case_url(case),
        isolated(case.title),
        highlight(case.title, links.words),
        _marks(case),
        format_html(
            '<bdi dir="auto" class="inbox-excerpt{}">{}</bdi>',
            " inbox-passage" if links.words else "",
            highlight(excerpt, links.words),
        )
        if excerpt
        else "",
    )


def _marks(case: Case) -> SafeString:
    """Return what makes an open case need a look, until somebody has seen to it."""
    # The list reads whether there are unregistered keys, not the keys.
    if not case.is_open or case.looked_at is not None:
        return SafeString()
    marks = []
    if case.possible_duplicate_of_id is not None:
        marks.append(("content_copy", _("Possible duplicate")))
    if getattr(case, "has_unregistered", False):
        marks.append(("key_off", _("Unregistered keys")))
    return format_html_join(
        "",
        '<span class="inbox-mark"><span class="material-symbols-outlined" aria-hidden="true">{}'
        "</span>{}</span>",
        marks,
    )


def _customer(case: Case, links: Links) -> SafeString:
    name = links.customers.get(case.customer_id, "")
    link = customer_link(links.request, case.customer_id, name)
    return format_html('<span class="inbox-clip">{}</span>', link)


def _service(case: Case, links: Links) -> SafeString | str:
    return _chips(case.services, _SHOWN_SERVICES, "inbox-service")


def _tags(case: Case, links: Links) -> SafeString | str:
    return _chips(case.tags, _SHOWN_TAGS, "inbox-tag")


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
    return format_html('{} <span class="inbox-more" title="{}">{}</span>', chips, rest, text)


def _assignee(case: Case, links: Links) -> SafeString | str:
    if case.assignee is None:
        return format_html('<span class="inbox-quiet">{}</span>', _("Nobody"))
    name = person_name(case.assignee)
    return format_html(
        '<span class="inbox-clip" title="{}"><bdi dir="auto">{}</bdi></span>',
        isolated(name),
        visible(name),
    )


def _status(case: Case, links: Links) -> SafeString:
    css = "cp-chip cp-chip-open" if case.is_open else "cp-chip"
    return format_html('<span class="{}">{}</span>', css, case.get_status_display())


def _closed(case: Case, links: Links) -> SafeString | str:
    return time_ago(case.closed_at) if case.closed_at else _NONE


def _clipped(text: str) -> SafeString | str:
    if not text:
        return _NONE
    shown = text if len(text) <= _SHOWN_TEXT else f"{text[: _SHOWN_TEXT - 1]}…"
    return format_html(
        '<span class="inbox-clip" title="{}"><bdi dir="auto">{}</bdi></span>',
        isolated(shown),
        visible(shown),
    )


def _property_column(definition: Definition) -> Column:
    def value(case: Case) -> str:
        stored = case.properties.get(definition.name)
        return display_value(stored, definition) if isinstance(stored, str) else ""

    return Column(
        f"{PROPERTY_PREFIX}{definition.name}",
        definition.label,
        lambda case, links: _clipped(value(case)),
        value,
    )


_COLUMNS = (
    Column("number", _lazy("Number"), _number, lambda case: case.number, "number"),
    Column("title", _lazy("Title"), _title, lambda case: case.title),
    Column("customer", _lazy("Customer"), _customer, lambda case: case.customer_id),
    Column("service", _lazy("Service"), _service, lambda case: ", ".join(case.services)),
    Column(
        "created",
        _lazy("Age"),
        lambda case, links: time_ago(case.created),
        lambda case: case.created,
        "created",
    ),
    Column(
        "updated",
        _lazy("Last activity"),
        lambda case, links: time_ago(case.last_updated),
        lambda case: case.last_updated,
        "updated",
    ),
    Column(
        "assignee",
        _lazy("Assignee"),
        _assignee,
        lambda case: person_name(case.assignee) if case.assignee else "",
    ),
    Column("tags", _lazy("Tags"), _tags, lambda case: ", ".join(case.tags)),
    Column("status", _lazy("Status"), _status, lambda case: case.get_status_display()),
    Column(
        "agent",
        _lazy("Khoros agent"),
        lambda case, links: _clipped(case.khoros_agent),
        lambda case: case.khoros_agent,
    ),
    Column("closed", _lazy("Closed"), _closed, lambda case: case.closed_at),
    Column(
        "closed_by",
        _lazy("Closed by"),
        lambda case, links: _clipped(case.closed_by),
        lambda case: case.closed_by,
    ),
)
