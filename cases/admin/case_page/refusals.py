"""What the page tells whose button did nothing: what became of what was typed, and what helps."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.admin.case_page.submission import FORMS, Submission
from cases.admin.common.long_text import Text
from cases.models import Case


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do now; `unsaved` is what was sent and has no input on the page any more."""

    text: str = ""
    unsaved: Text | None = None


def advise(submission: Submission, case: Case, *, has_duplicates: bool) -> Advice:
    """Return what helps who could not do `submission`, given the case as it is by now."""
    if submission.button == "close" and not case.is_open:
        return _unsaved(submission, "resolution", _("The case is closed by now."))
    if submission.button == "mark_duplicate" and case.duplicate_of_id:
        undo = _("The case is marked as a duplicate by now. Undo that first if it should be yours.")
        return _unsaved(submission, "original", undo)
    if submission.button == "mark_duplicate" and has_duplicates:
        others = _("Other cases are duplicates of this one by now; so it can't be one itself.")
        return _unsaved(submission, "original", others)
    return Advice(_again(submission, case))


def _unsaved(submission: Submission, name: str, text: str) -> Advice:
    sent = submission.data.get(name, "")
    return Advice(text, Text.of(sent) if sent else None)


def _again(submission: Submission, case: Case) -> str:
    if submission.both_changed:
        if submission.button == "undo_duplicate" and not case.duplicate_of_id:
            return _("Somebody has undone it already.")
        if submission.button in FORMS:
            return _("What you typed is still there. Send it again if it should hold all the same.")
        return _("Press the button again if it should be done all the same.")
    fields = submission.forms.fields
    if submission.problem or submission.missing or (fields.gone and not fields.errors):
        return ""
    return _("Please correct what is marked below. What you typed is still there.")
