"""Advice after a refused action: where the typed text is, and what to do next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.admin.case_page.submission import FORMS, Submission
from cases.admin.common.long_text import Text
from cases.models import Case


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do now; `unsaved` is submitted text that has no input on the page any more."""

    text: str = ""
    unsaved: Text | None = None


def advise(submission: Submission, case: Case, *, has_duplicates: bool) -> Advice:
    """Return the advice for a refused submission, given the current case."""
    if submission.button == "close" and not case.is_open:
        return _unsaved(submission, "resolution", _("The case has already been closed."))
    if submission.button == "mark_duplicate" and case.duplicate_of_id:
        undo = _(
            "The case has already been marked as a duplicate. To choose another original, "
            "undo that first."
        )
        return _unsaved(submission, "original", undo)
    if submission.button == "mark_duplicate" and has_duplicates:
        others = _("Other cases are now duplicates of this one, so it can't be a duplicate itself.")
        return _unsaved(submission, "original", others)
    return Advice(_again(submission, case))


def _unsaved(submission: Submission, name: str, text: str) -> Advice:
    sent = submission.data.get(name, "")
    return Advice(text, Text.of(sent) if sent else None)


def _again(submission: Submission, case: Case) -> str:
    if submission.both_changed:
        if submission.button == "undo_duplicate" and not case.duplicate_of_id:
            return _("Someone has already undone this.")
        if submission.button in FORMS:
            return _("Your text is still there. Submit again to overwrite.")
        return _("Press the button again to do it anyway.")
    fields = submission.forms.fields
    if submission.problem or submission.missing or (fields.removed_input and not fields.errors):
        return ""
    return _("Correct the fields marked below. Your text is still there.")
