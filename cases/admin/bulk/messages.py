"""The titles of bulk actions, and their progress and results in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cases.admin.common.formatting import format_number
from cases.choices import BulkAction
from cases.models import BulkJob
from cases.selectors.counts import CappedCount
from cases.selectors.staff import person_name
from cases.text import make_excerpt

Count = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class ActionTexts:
    """The title of an action, and the sentences that say what it did to a number of cases."""

    title: Any
    icon: str
    question: Callable[[CappedCount], str]
    done: Count
    already: Count
    refused: Count


ACTION_TEXTS: dict[str, ActionTexts] = {
    BulkAction.CLOSE: ActionTexts(
        _lazy("Close cases"),
        "check_circle",
        lambda n: ngettext("Close %(number)s case", "Close %(number)s cases", n.value) % _number(n),
        lambda n: ngettext("Closed %(number)s case.", "Closed %(number)s cases.", n) % _number(n),
        lambda n: (
            ngettext(
                "%(number)s case was already closed.", "%(number)s cases were already closed.", n
            )
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "%(number)s case could not be closed.", "%(number)s cases could not be closed.", n
            )
            % _number(n)
        ),
    ),
    BulkAction.REOPEN: ActionTexts(
        _lazy("Reopen cases"),
        "undo",
        lambda n: (
            ngettext("Reopen %(number)s case", "Reopen %(number)s cases", n.value) % _number(n)
        ),
        lambda n: (
            ngettext("Reopened %(number)s case.", "Reopened %(number)s cases.", n) % _number(n)
        ),
        lambda n: (
            ngettext("%(number)s case was already open.", "%(number)s cases were already open.", n)
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "%(number)s case could not be reopened.",
                "%(number)s cases could not be reopened.",
                n,
            )
            % _number(n)
        ),
    ),
    BulkAction.ASSIGN: ActionTexts(
        _lazy("Assign cases"),
        "person_add",
        lambda n: (
            ngettext("Assign %(number)s case", "Assign %(number)s cases", n.value) % _number(n)
        ),
        lambda n: (
            ngettext("Assigned %(number)s case.", "Assigned %(number)s cases.", n) % _number(n)
        ),
        lambda n: (
            ngettext(
                "%(number)s case already had this assignee.",
                "%(number)s cases already had this assignee.",
                n,
            )
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "%(number)s case could not be assigned.",
                "%(number)s cases could not be assigned.",
                n,
            )
            % _number(n)
        ),
    ),
    BulkAction.TAG: ActionTexts(
        _lazy("Change tags"),
        "sell",
        lambda n: (
            ngettext(
                "Change the tags of %(number)s case", "Change the tags of %(number)s cases", n.value
            )
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "Changed the tags of %(number)s case.", "Changed the tags of %(number)s cases.", n
            )
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "%(number)s case already had these tags.",
                "%(number)s cases already had these tags.",
                n,
            )
            % _number(n)
        ),
        lambda n: (
            ngettext(
                "The tags of %(number)s case could not be changed.",
                "The tags of %(number)s cases could not be changed.",
                n,
            )
            % _number(n)
        ),
    ),
}


def outcome_sentences(job: BulkJob) -> list[str]:
    """Return what a job has done so far: at least one sentence, and none for a count of zero."""
    words = ACTION_TEXTS[job.action]
    parts = (
        (words.done, job.changed),
        (words.already, job.unchanged),
        (words.refused, job.refused),
    )
    return [say(number) for say, number in parts if number] or [words.done(0)]


def progress_text(job: BulkJob) -> str:
    """Return how far a job is, in words."""
    handled = format_number(job.handled)
    if job.total is None:
        return _("%(handled)s cases so far, about %(percent)d%% done") % {
            "handled": handled,
            "percent": job.percent,
        }
    return _("%(handled)s of %(total)s cases") % {
        "handled": handled,
        "total": format_number(job.total),
    }


def state_text(job: BulkJob) -> str:
    """Return in one word whether a job is finished."""
    if job.finished_at:
        return _("Finished")
    return _("Stopped") if job.stopped else _("Not finished")


def job_details(job: BulkJob) -> list[tuple[str, str]]:
    """Return the action's arguments as label and text; one query if an assignee is among them."""
    given = job.arguments
    details = {
        _("Resolution"): given.get("resolution", ""),
        _("Assigned to"): _assignee(given["assignee"]) if "assignee" in given else "",
        _("Added tags"): ", ".join(given.get("add", ())),
        _("Removed tags"): ", ".join(given.get("remove", ())),
    }
    return [(label, text) for label, text in details.items() if text]


def short_details(job: BulkJob) -> str:
    """Return the same on one line, without a query."""
    given = job.arguments
    texts = [given.get("resolution", ""), *given.get("add", ())]
    texts += [f"−{name}" for name in given.get("remove", ())]
    return make_excerpt(", ".join(filter(None, texts)))


def _assignee(key: int | None) -> str:
    if key is None:
        return _("Unassigned")
    user = User.objects.filter(pk=key).first()
    return person_name(user) if user else _("a deleted account")


def _number(number: int | CappedCount) -> dict[str, str]:
    return {"number": format_number(number)}
