"""What the page of a recorded request shows, ready for its template."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.admin.display import format_number, time_at
from cases.admin.links import object_link
from cases.models import RecordedRequest
from cases.services.replay import can_replay

SHOWN_CHARACTERS = 20_000
"""How much of a body the page shows; the rest is there for a replay, not to be read."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One replay: when, by whom, what came of it, and the case, where there is one."""

    when: str
    who: str
    status: int
    succeeded: bool
    case: str


def page_context(request: HttpRequest, row: RecordedRequest, *, may_replay: bool) -> dict[str, Any]:
    """Return everything that is kept of a call: request, answer, faults, replays."""
    answer = _read_json(row.answer)
    return {
        "title": f"{row.operation or row.method} {row.status}",
        "row": row,
        "time": time_at(row.at),
        "facts": _facts(request, row),
        "headers": _headers(row),
        "body": _shown(row),
        "body_is_cut": row.body is not None and len(row.body) < row.body_size,
        "message": answer.get("message", ""),
        "faults": answer.get("fields", []),
        "answer": _pretty(row.answer),
        "can_replay": may_replay and can_replay(row),
        "attempts": [_attempt(request, replay) for replay in _replays(row)],
        "original": row.replay_of,
    }


def _facts(request: HttpRequest, row: RecordedRequest) -> list[tuple[str, Any]]:
    return [
        (_("Address"), f"{row.method} {row.path}"),
        (_("Answered"), f"{row.status} {row.error}".strip()),
        (_("Duration"), _("%(number)s ms") % {"number": format_number(row.duration_ms)}),
        (_("Integration"), row.integration or _("none: no valid key")),
        (_("Case"), object_link(request, row.case) if row.case else ""),
        (_("Khoros agent"), row.khoros_agent),
        (_("Khoros initiative"), row.khoros_initiative),
        (_("Khoros company"), row.khoros_company),
        (_("Reference in the log"), row.reference),
        (_("Replayed by"), row.replayed_by),
    ]


def _headers(row: RecordedRequest) -> list[tuple[str, str]]:
    named = [
        ("Content-Type", row.content_type),
        ("User-Agent", row.user_agent),
        ("Idempotency-Key", row.idempotency_key),
        ("x-sf-user-email", row.khoros_agent),
        ("x-sf-initiative", row.khoros_initiative),
        ("x-sf-company-id", row.khoros_company),
    ]
    return [(name, value) for name, value in named if value]


def _replays(row: RecordedRequest) -> list[RecordedRequest]:
    replays = row.replays.select_related("case", "replayed_by").defer("body", "answer")
    return list(replays.order_by("id"))


def _attempt(request: HttpRequest, replay: RecordedRequest) -> Attempt:
    return Attempt(
        when=time_at(replay.at),
        who=str(replay.replayed_by or _("somebody")),
        status=replay.status,
        succeeded=replay.status < 400,
        case=object_link(request, replay.case) if replay.case else "",
    )


def _shown(row: RecordedRequest) -> str:
    """Return the beginning of the body as text: JSON indented, bytes that are no text escaped."""
    if row.body is None:
        return ""
    text = bytes(row.body).decode("utf-8", "backslashreplace")
    shown = _pretty(text) if len(text) <= SHOWN_CHARACTERS else text
    return shown[:SHOWN_CHARACTERS]


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _read_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
