"""What each button of a case's page does: one service, told in one sentence."""

from collections.abc import Callable, Collection, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from cases.admin.case_page.submission import Work
from cases.admin.common.property_inputs import saved_words
from cases.admin.common.untrusted_text import isolated
from cases.errors import ValidationFailed
from cases.forms.case_work import WorkForm
from cases.selectors.staff import person_name
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases, missing_to_close, reopen_cases
from cases.services.cases import save_properties
from cases.services.conflicts import ChangedMeanwhileError
from cases.services.duplicates import mark_duplicate, undo_duplicate
from cases.services.notes import add_note
from cases.services.review import mark_reviewed
from cases.services.tags import tag_cases

_CLOSING = ("status", "posts", "assignee", "duplicate_of", "resolution")
"""What somebody who closes a case should know of, if it has changed."""


Act = Callable[[Work], str | None]
"""Does its work and returns what to tell, or None where the page has to be shown again."""


def _save(work: Work) -> str | None:
    form = work.forms.fields
    if not form.is_valid():
        return None
    with transaction.atomic():
        work.lock()
        changes = save_properties(
            case_id=work.case.pk, shown=form.shown, values=form.changes, actor=work.actor
        )
    return saved_words(form, changes)


def _close(work: Work) -> str | None:
    form, number = work.forms.close, {"number": work.case.number}
    if not form.is_valid():
        return None
    resolution = form.cleaned_data["resolution"]
    with transaction.atomic():
        work.lock(*_CLOSING)
        outcome = close_cases(case_ids=[work.case.pk], actor=work.actor, resolution=resolution)
        work.case.refresh_from_db(fields=["resolution"])
    if outcome.refusals:
        work.missing = missing_to_close(work.case)
    already = _("%(number)s was closed already.") % number
    if outcome.unchanged and resolution not in {"", work.case.resolution}:
        work.problem = already
        return None
    return work.say(outcome, _("%(number)s is closed.") % number, already)


def _reopen(work: Work) -> str | None:
    number = {"number": work.case.number}
    with transaction.atomic():
        work.lock()
        outcome = reopen_cases(case_ids=[work.case.pk], actor=work.actor)
    return work.say(
        outcome,
        _("%(number)s is open again.") % number,
        _("%(number)s was open already.") % number,
    )


def _assign(work: Work) -> str | None:
    form = work.forms.assign
    return _assign_to(work, form.person) if form.is_valid() else None


def _assign_to_me(work: Work) -> str | None:
    return _assign_to(work, work.user)


def _assign_to(work: Work, person: User | None) -> str | None:
    wanted = person.pk if person else None
    words = {"number": work.case.number, "person": isolated(person_name(person)) if person else ""}
    with transaction.atomic():
        work.lock(*(() if work.case.assignee_id == wanted else ("assignee",)))
        outcome = assign_cases(case_ids=[work.case.pk], actor=work.actor, assignee=person)
    if person is None:
        already = _("%(number)s was assigned to nobody already.") % words
        return work.say(outcome, _("%(number)s is assigned to nobody now.") % words, already)
    already = _("%(number)s was assigned to %(person)s already.") % words
    return work.say(outcome, _("%(number)s is assigned to %(person)s.") % words, already)


def _add_tags(work: Work) -> str | None:
    form = work.forms.tags
    if not form.is_valid():
        return None
    try:
        return _tag(work, add=form.names)
    except ValidationFailed as refusal:
        _refuse(form, "tags", refusal)
        return None


def _remove_tag(work: Work) -> str | None:
    return _tag(work, remove=[str(work.data["remove_tag"])])


def _tag(work: Work, *, add: Collection[str] = (), remove: Collection[str] = ()) -> str | None:
    with transaction.atomic():
        work.lock()
        outcome = tag_cases(case_ids=[work.case.pk], actor=work.actor, add=add, remove=remove)
    return work.say(outcome, _("The tags are saved."), _("The tags were so already."))


def _add_note(work: Work) -> str | None:
    form = work.forms.note
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            work.lock()
            add_note(
                case_id=work.case.pk,
                actor=work.actor,
                body=form.cleaned_data["note"],
                seen=work.seen,
            )
    except ValidationFailed as refusal:
        _refuse(form, "note", refusal)
        return None
    return _("The note is added. Only colleagues see it.")


def _mark_duplicate(work: Work) -> str | None:
    form = work.forms.duplicate
    if not form.is_valid():
        return None
    original = form.cleaned_data["original"]
    try:
        with transaction.atomic():
            work.lock("duplicate_of", "duplicates", also=[original])
            mark_duplicate(case_id=work.case.pk, original_id=original, actor=work.actor)
    except ValidationFailed as refusal:
        _refuse(form, "original", refusal)
        return None
    return _("%(number)s is closed as a duplicate.") % {"number": work.case.number}


def _undo_duplicate(work: Work) -> str | None:
    with transaction.atomic():
        work.lock("duplicate_of")
        undo_duplicate(case_id=work.case.pk, actor=work.actor)
    return _("%(number)s is no duplicate any more.") % {"number": work.case.number}


def _looked_at(work: Work) -> str | None:
    with transaction.atomic():
        work.lock("unregistered")
        outcome = mark_reviewed(case_ids=[work.case.pk], actor=work.actor)
    return work.say(outcome, _("Noted that you had a look."), _("Somebody has had a look already."))


def _refuse(form: WorkForm, name: str, refusal: ValidationFailed) -> None:
    """Let the page say at an input why nothing was done."""
    form.add_error(name, refusal.message)


ACTS: Mapping[str, Act] = {
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
    "looked_at": _looked_at,
}
"""What the page's buttons do, by their names."""


def perform(work: Work) -> str | None:
    """Do what the button says; return what to tell, or None where nothing was done.

    Where others have changed the same, `work.both_changed` says what.
    """
    try:
        return ACTS[work.button](work)
    except ChangedMeanwhileError as conflict:
        work.both_changed = conflict.fields
        return None
