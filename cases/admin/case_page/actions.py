"""The buttons of a case's page: each calls one service and returns one sentence."""

from collections.abc import Callable, Collection, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from cases.admin.case_page.submission import Submission
from cases.admin.common.property_inputs import saved_message
from cases.admin.common.untrusted_text import isolated
from cases.errors import ValidationFailed
from cases.forms.case_actions import ActionForm
from cases.selectors.staff import person_name
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases, missing_to_close, reopen_cases
from cases.services.cases import save_properties
from cases.services.conflicts import ChangedMeanwhileError
from cases.services.duplicates import mark_duplicate, undo_duplicate
from cases.services.notes import add_note
from cases.services.review import mark_reviewed
from cases.services.tags import tag_cases

_CLOSING = ("status", "posts", "edited_posts", "assignee", "duplicate_of", "resolution")
"""What someone who closes a case should know of, if it has changed."""

Action = Callable[[Submission], str | None]
"""Performs a button's action and returns the message, or None to show the page again."""


def _save(submission: Submission) -> str | None:
    form = submission.forms.fields
    if not form.is_valid():
        return None
    with transaction.atomic():
        submission.lock()
        changes = save_properties(
            case_id=submission.case.pk,
            shown=form.shown,
            values=form.changes,
            actor=submission.actor,
        )
    return saved_message(form, changes)


def _close(submission: Submission) -> str | None:
    form, number = submission.forms.close, {"number": submission.case.number}
    if not form.is_valid():
        return None
    resolution = form.cleaned_data["resolution"]
    with transaction.atomic():
        submission.lock(*_CLOSING)
        outcome = close_cases(
            case_ids=[submission.case.pk], actor=submission.actor, resolution=resolution
        )
        submission.case.refresh_from_db(fields=["resolution"])
    if outcome.refusals:
        submission.missing = missing_to_close(submission.case)
    already = _("%(number)s was already closed.") % number
    if outcome.unchanged and resolution not in {"", submission.case.resolution}:
        submission.problem = already
        return None
    return submission.say(outcome, _("%(number)s is now closed.") % number, already)


def _reopen(submission: Submission) -> str | None:
    number = {"number": submission.case.number}
    with transaction.atomic():
        submission.lock()
        outcome = reopen_cases(case_ids=[submission.case.pk], actor=submission.actor)
    return submission.say(
        outcome,
        _("%(number)s is open again.") % number,
        _("%(number)s was already open.") % number,
    )


def _assign(submission: Submission) -> str | None:
    form = submission.forms.assign
    return _assign_to(submission, form.person) if form.is_valid() else None


def _assign_to_me(submission: Submission) -> str | None:
    return _assign_to(submission, submission.user)


def _assign_to(submission: Submission, person: User | None) -> str | None:
    wanted = person.pk if person else None
    words = {
        "number": submission.case.number,
        "person": isolated(person_name(person)) if person else "",
    }
    with transaction.atomic():
        submission.lock(*(() if submission.case.assignee_id == wanted else ("assignee",)))
        outcome = assign_cases(
            case_ids=[submission.case.pk], actor=submission.actor, assignee=person
        )
    if person is None:
        already = _("%(number)s was already unassigned.") % words
        return submission.say(outcome, _("%(number)s is now unassigned.") % words, already)
    already = _("%(number)s was already assigned to %(person)s.") % words
    return submission.say(outcome, _("%(number)s is now assigned to %(person)s.") % words, already)


def _add_tags(submission: Submission) -> str | None:
    form = submission.forms.tags
    if not form.is_valid():
        return None
    return _tag(submission, add=form.cleaned_data["add"])


def _remove_tag(submission: Submission) -> str | None:
    return _tag(submission, remove=[str(submission.data["remove_tag"])])


def _tag(
    submission: Submission, *, add: Collection[str] = (), remove: Collection[str] = ()
) -> str | None:
    with transaction.atomic():
        submission.lock()
        outcome = tag_cases(
            case_ids=[submission.case.pk], actor=submission.actor, add=add, remove=remove
        )
    return submission.say(outcome, _("Tags saved."), _("No tags changed."))


def _add_note(submission: Submission) -> str | None:
    form = submission.forms.note
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            submission.lock()
            add_note(
                case_id=submission.case.pk,
                actor=submission.actor,
                body=form.cleaned_data["note"],
                seen=submission.seen,
            )
    except ValidationFailed as refusal:
        _refuse(form, "note", refusal)
        return None
    return _("Note added. Only colleagues can see it.")


def _mark_duplicate(submission: Submission) -> str | None:
    form = submission.forms.duplicate
    if not form.is_valid():
        return None
    original = form.cleaned_data["original"]
    try:
        with transaction.atomic():
            submission.lock("duplicate_of", "duplicates", also=[original])
            mark_duplicate(case_id=submission.case.pk, original_id=original, actor=submission.actor)
    except ValidationFailed as refusal:
        _refuse(form, "original", refusal)
        return None
    return _("%(number)s is now closed as a duplicate.") % {"number": submission.case.number}


def _undo_duplicate(submission: Submission) -> str | None:
    with transaction.atomic():
        submission.lock("duplicate_of")
        undo_duplicate(case_id=submission.case.pk, actor=submission.actor)
    return _("%(number)s is no longer a duplicate.") % {"number": submission.case.number}


def _mark_reviewed(submission: Submission) -> str | None:
    with transaction.atomic():
        submission.lock("unregistered")
        outcome = mark_reviewed(case_ids=[submission.case.pk], actor=submission.actor)
    return submission.say(outcome, _("Marked as reviewed."), _("Already marked as reviewed."))


def _refuse(form: ActionForm, name: str, refusal: ValidationFailed) -> None:
    """Show the reason for a refusal at an input."""
    form.add_error(name, refusal.message)


ACTIONS: Mapping[str, Action] = {
    "save": _save,
    "close": _close,
    "reopen": _reopen,
    "assign": _assign,
    "assign_me": _assign_to_me,
    "add_tags": _add_tags,
    "remove_tag": _remove_tag,
    "add_note": _add_note,
    "mark_duplicate": _mark_duplicate,
    "undo_duplicate": _undo_duplicate,
    "mark_reviewed": _mark_reviewed,
}
"""The actions by the names of their buttons."""


def perform(submission: Submission) -> str | None:
    """Perform the action of the button; return the message to show, or None if nothing was done.

    If others have changed the same fields, `submission.both_changed` names them.
    """
    try:
        return ACTIONS[submission.button](submission)
    except ChangedMeanwhileError as conflict:
        submission.both_changed = conflict.fields
        return None
