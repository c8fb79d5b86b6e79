"""What the page of a recorded request shows, ready for its template."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.admin.common.formatting import format_number, time_at
from cases.admin.common.links import object_link
from cases.api.replay import can_replay, was_accepted
from cases.models import RecordedRequest
from cases.services.requests import STORED_ERRORS

SHOWN_BYTES = 20_000
"""How much of a body the page shows; all that was kept can be downloaded."""


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
        "body_size": format_number(row.body_size),
        "shown_bytes": format_number(SHOWN_BYTES) if len(row.body or b"") > SHOWN_BYTES else "",
        "message": answer.get("message", ""),
        "faults": answer.get("fields", []),
        "most_faults": STORED_ERRORS if len(answer.get("fields", [])) >= STORED_ERRORS else 0,
        "answer": _pretty(row.answer),
        "can_replay": may_replay and can_replay(row),
        "was_accepted": was_accepted(row),
        "attempts": [_attempt(request, replay) for replay in _replays(row)],
        "original": row.replay_of,
    }


def _facts(request: HttpRequest, row: RecordedRequest) -> list[tuple[str, Any]]:
    return [
        (_("Address"), f"{row.method} {row.path}"),
        (_("Response"), f"{row.status} {row.error}".strip()),
        (_("Duration"), _("%(number)s ms") % {"number": format_number(row.duration_ms)}),
        (_("Integration"), row.integration or _("None (no valid key)")),
        (_("Case"), object_link(request, row.case) if row.case else ""),
        (_("Khoros agent"), row.khoros_agent),
        (_("Khoros initiative"), row.khoros_initiative),
        (_("Khoros company"), row.khoros_company),
        (_("Log reference"), row.reference),
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
        who=str(replay.replayed_by or _("a deleted account")),
        status=replay.status,
        succeeded=replay.status < 400,
        case=object_link(request, replay.case) if replay.case else "",
    )


def _shown(row: RecordedRequest) -> str:
    """Return the beginning of the body as text: JSON indented, bytes that are no text escaped."""
    if row.body is None:
        return ""
    text = bytes(row.body[:SHOWN_BYTES]).decode("utf-8", "backslashreplace")
    return _pretty(text) if len(row.body) <= SHOWN_BYTES else text


def _pretty(text: str) -> str:
    """Return JSON indented, or the text as it is where that would not be what was sent."""
    try:
        read = json.loads(
            text, object_pairs_hook=_distinct, parse_float=_exact, parse_constant=_exact
        )
        return json.dumps(read, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("One of two equal keys would not be shown.")
    return read


def _exact(number: str) -> float:
    if repr(float(number)) != number:
        raise ValueError("The number would be shown in another form.")
    return float(number)


def _read_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
