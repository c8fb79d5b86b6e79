"""Internal notes on cases."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import EventKind
from cases.errors import FieldError, ValidationFailed
from cases.models import Case, CaseEvent, CaseNote
from cases.properties.types import TEXTAREA_LENGTH
from cases.services.activity import record_event
from cases.services.case_locking import lock_case
from cases.services.case_search import index_cases
from cases.services.incoming import Actor
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable


def add_note(*, case_id: int, actor: Actor, body: str, seen: int | None = None) -> CaseNote:
    """Add an internal note, which Khoros never sees. Raises NotFound, ValidationFailed.

    `seen` is the last entry of the activity that the person saw. If the person has added the same
    text since, the form was submitted twice: that note is returned, and none is added.
    """
    _check_note(body)
    with transaction.atomic():
        case = lock_case(case_id=case_id)
        now = timezone.now()
        if seen is not None and (added := _noted_since(seen, case, actor, body)):
            return added
        note = CaseNote.objects.create(
            case=case, user=actor.user, author=actor.name, body=body, created=now
        )
        Case.objects.filter(pk=case.pk).update(last_updated=now)
        index_cases(case_ids=[case.pk])
        record_event(
            cases=[case],
            kind=EventKind.NOTE_ADDED,
            actor=actor,
            at=now,
            changes={"note": ["", body]},
        )
    return note


def _check_note(body: str) -> None:
    problem = ""
    if is_blank(body):
        problem = _("Enter a note.")
    elif len(body) > TEXTAREA_LENGTH:
        problem = _("A note can have at most %(most)s characters.") % {
            "most": f"{TEXTAREA_LENGTH:,}"
        }
    elif not is_storable(body):
        problem = _("A note %(problem)s.") % {"problem": UNSTORABLE_MESSAGE}
    if problem:
        raise ValidationFailed(problem, [FieldError("note", problem)])


def _noted_since(seen: int, case: Case, actor: Actor, body: str) -> CaseNote | None:
    """Return the note with this text that this person has added since the entry `seen`, if any."""
    since = CaseEvent.objects.filter(
        case=case, pk__gt=seen, user=actor.user, kind=EventKind.NOTE_ADDED, changes__note__1=body
    )
    notes = CaseNote.objects.filter(case=case, user=actor.user, body=body)
    return notes.last() if since.exists() else None
