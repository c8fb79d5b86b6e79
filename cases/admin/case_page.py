"""What the page of a case shows, ready for its template."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.widgets import BASE_INPUT_CLASSES

from cases.admin.display import time_ago, time_at
from cases.admin.folded_text import Text
from cases.admin.links import object_link, safe_link
from cases.choices import CaseStatus
from cases.forms.case_properties import CasePropertiesForm
from cases.models import Author, Case, Interaction
from cases.properties.types import Definition, display_value
from cases.selectors.cases import HistoryEntry, case_conversation, case_history

_HISTORY_TEXT = 160

_CORE_LABELS = {
    "title": "Title",
    "description": "Description",
    "customer_id": "Customer",
    "status": "Status",
    "posts": "Number of posts",
    "unregistered": "Unregistered keys",
}


@dataclass(frozen=True, slots=True)
class Post:
    """One post of the conversation; `day` is a heading that posts of one day share."""

    author: SafeString | str
    initial: str
    handle: str
    is_brand: bool
    service: str
    content_type: str
    day: str
    time: SafeString
    text: Text
    link: SafeString


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry of the history changed, in labels; the values may be empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the history."""

    what: str
    who: str
    when: SafeString
    changes: list[Change]


def page_context(
    request: HttpRequest, case: Case, form: CasePropertiesForm, *, may_change: bool
) -> dict[str, Any]:
    """Return what the template shows, in two queries; the case has come with its customer."""
    return {
        "case": case,
        "may_change": may_change,
        "facts": list(_facts(request, case)),
        "description": Text.of(case.description),
        "posts": [_post(request, post) for post in case_conversation(case)],
        "form": _styled(form) if may_change else None,
        "properties": [
            (definition.label, display_value(case.properties.get(name, ""), definition))
            for name, definition in form.definitions.items()
        ],
        "unregistered": [
            (name, _plain(value)) for name, value in sorted((case.unregistered or {}).items())
        ],
        "history": [_entry(entry, form.definitions) for entry in reversed(case_history(case))],
    }


def _facts(request: HttpRequest, case: Case) -> Iterator[tuple[str, SafeString | str]]:
    yield "Customer", object_link(request, case.customer)
    yield "Khoros agent", case.khoros_agent
    yield "Khoros initiative", case.khoros_initiative
    yield "Khoros company", case.khoros_company
    yield "Opened", time_at(case.created)
    yield "Last updated", time_ago(case.last_updated)
    if case.closed_at:
        yield "Closed", time_at(case.closed_at)
        yield "Closed by", case.closed_by
    if case.possible_duplicate_of:
        yield "Possible duplicate of", object_link(request, case.possible_duplicate_of)


def _post(request: HttpRequest, post: Interaction) -> Post:
    author = post.author
    name = str(author) if author else "Unknown author"
    return Post(
        author=object_link(request, author) if author else name,
        initial=name.strip("@ ")[:1].upper() or "?",
        handle=_handle(author),
        is_brand=author is not None and author.brand_owned,
        service=post.service,
        content_type=post.content_type.replace("_", " "),
        day=format_date(timezone.localtime(post.created), "l j F Y"),
        time=time_at(post.created),
        text=Text.of(post.body),
        link=safe_link(post.link_url, "Open the post"),
    )


def _handle(author: Author | None) -> str:
    """Return the handle, unless it is what already stands in the author's place."""
    if author is None or not author.handle or author.handle == str(author):
        return ""
    return f"@{author.handle.removeprefix('@')}"


def _entry(entry: HistoryEntry, definitions: Mapping[str, Definition]) -> Entry:
    return Entry(
        what=entry.kind,
        who=entry.actor,
        when=time_at(entry.at),
        changes=[
            Change(
                label=definitions[name].label
                if name in definitions
                else _CORE_LABELS.get(name, name),
                before=_changed_value(name, before, definitions),
                after=_changed_value(name, after, definitions),
            )
            for name, (before, after) in entry.changes.items()
        ],
    )


def _changed_value(name: str, value: Any, definitions: Mapping[str, Definition]) -> str:
    if name in definitions:
        shown = display_value(str(value), definitions[name])
    elif name == "status":
        shown = str(dict(CaseStatus.choices).get(value, value))
    else:
        shown = "" if value == {} else _plain(value)
    return Truncator(shown).chars(_HISTORY_TEXT)


def _plain(value: Any) -> str:
    """Return a JSON value to read: a string as it is, anything else written out."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _styled(form: CasePropertiesForm) -> CasePropertiesForm:
    """Give the inputs the theme's look, and the direction of what is written in them."""
    for field in form.fields.values():
        field.widget.attrs |= {"class": " ".join(BASE_INPUT_CLASSES), "dir": "auto"}
    return form
