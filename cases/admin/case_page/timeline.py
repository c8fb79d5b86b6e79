"""The conversation of a case: posts and internal notes by time, one section at a time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.admin.common.formatting import time_at
from cases.admin.common.links import object_link, safe_link
from cases.admin.common.list_position import list_parameters
from cases.admin.common.long_text import Text
from cases.admin.common.service_icons import service_icon
from cases.models import Author, Case, CaseNote
from cases.selectors.case_page import (
    NOTE,
    POST,
    REVISION,
    ThreadPosition,
    count_posts,
    customers_among,
    post_revisions,
    thread_notes,
    thread_posts,
    whole_text,
)
from cases.selectors.counts import CappedCount
from cases.selectors.staff import staff_name

SHOWN = 200
"""How many posts and notes the page shows: the newest, or those before a position."""

JUMP_FROM = 10
"""From how many on the page has a link to the newest."""

_WHOLE = re.compile(r"([pnr])([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What a post was until it was edited."""

    anchor: str
    until: SafeString
    text: Text


@dataclass(frozen=True, slots=True)
class Item:
    """A post or an internal note; items with the same `day` share a heading."""

    anchor: str
    is_note: bool
    author: SafeString | str
    initial: str
    day: str
    time: SafeString
    text: Text
    handle: str = ""
    is_brand: bool = False
    service: str = ""
    icon: str = ""
    content_type: str = ""
    link: SafeString | str = ""
    earlier: list[EarlierText] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """A section of the conversation; an address is `""` if there is nothing there."""

    items: list[Item]
    number: CappedCount
    customers: list[Author]
    earlier_url: str
    newest_url: str
    is_long: bool


def read_thread(request: HttpRequest, case: Case) -> Thread:
    """Return what the address asks for of a thread, in five queries at most."""
    before = ThreadPosition.read(request.GET.get("before", ""))
    posts = thread_posts(case, before=before, limit=SHOWN + 1)
    notes = thread_notes(case, before=before, limit=SHOWN + 1)
    rows = sorted([*posts, *notes], key=ThreadPosition.of, reverse=True)
    shown = rows[:SHOWN]
    revisions = post_revisions([row for row in shown if not _is_note(row)])
    whole = _asked_text(request, case)
    earlier = _address(request, before=str(ThreadPosition.of(shown[-1]))) if rows[SHOWN:] else ""
    return Thread(
        items=[
            _note(request, row, whole)
            if _is_note(row)
            else _post(request, row, whole, revisions.get(row.pk, []))
            for row in reversed(shown)
        ],
        number=count_posts(case),
        customers=customers_among(posts[:SHOWN], limit=5),
        earlier_url=earlier,
        newest_url=f"{_address(request)}#newest" if before else "",
        is_long=len(shown) > JUMP_FROM,
    )


def _is_note(row: Any) -> bool:
    return isinstance(row, CaseNote)


def _note(request: HttpRequest, row: Any, whole: Mapping[str, str]) -> Item:
    writer = staff_name(row.user, stored=row.author)
    return Item(
        anchor=f"{NOTE}{row.pk}",
        is_note=True,
        author=writer,
        initial=_initial(writer),
        day=_day(row),
        time=time_at(row.created),
        text=_text(request, row, f"{NOTE}{row.pk}", whole),
    )


def _post(
    request: HttpRequest, row: Any, whole: Mapping[str, str], revisions: Sequence[Any]
) -> Item:
    author: Author | None = row.author
    name = str(author) if author else _("Unknown author")
    return Item(
        anchor=f"{POST}{row.pk}",
        is_note=False,
        author=object_link(request, author) if author else name,
        initial=_initial(name),
        day=_day(row),
        time=time_at(row.created),
        text=_text(request, row, f"{POST}{row.pk}", whole),
        handle=_handle(author),
        is_brand=author is not None and author.brand_owned,
        service=row.service,
        icon=service_icon(row.service),
        content_type=row.content_type.replace("_", " "),
        link=safe_link(row.link_url, _("Open post")),
        earlier=[
            EarlierText(
                anchor=f"{REVISION}{revision.pk}",
                until=time_at(revision.replaced_at),
                text=_text(request, revision, f"{REVISION}{revision.pk}", whole),
            )
            for revision in revisions
        ],
    )


def _text(request: HttpRequest, row: Any, anchor: str, whole: Mapping[str, str]) -> Text:
    return Text.of(
        whole.get(anchor, row.beginning),
        size=row.size,
        elsewhere=f"{_address(request, keep_position=True, whole=anchor)}#{anchor}",
    )


def _day(row: Any) -> str:
    return format_date(timezone.localtime(row.created), "l j F Y")


def _initial(name: str) -> str:
    # Skip characters without a glyph.
    return next((letter.upper() for letter in name if letter.isalnum()), "?")


def _handle(author: Author | None) -> str:
    """Return the handle, unless it is already shown as the author's name."""
    if author is None or not author.handle or author.handle == str(author):
        return ""
    return f"@{author.handle.removeprefix('@')}"


def _asked_text(request: HttpRequest, case: Case) -> dict[str, str]:
    """Return the one text that the address asks for in full, by its anchor."""
    asked = request.GET.get("whole", "")
    found = _WHOLE.fullmatch(asked)
    text = whole_text(case, kind=found[1], pk=int(found[2])) if found else None
    return {} if text is None else {asked: text}


def _address(request: HttpRequest, *, keep_position: bool = False, **wanted: str) -> str:
    """Return the address of this page at another position, keeping the list the person came from."""
    position = (
        {"before": request.GET["before"]} if keep_position and "before" in request.GET else {}
    )
    return f"{request.path}?{urlencode({**list_parameters(request), **position, **wanted})}"
