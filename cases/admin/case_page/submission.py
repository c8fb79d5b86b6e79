"""What a person submits on a case's page: a button and its form, and the result."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.http import QueryDict

from cases.forms.case_actions import AssignForm, CloseForm, DuplicateForm, NoteForm, TagForm
from cases.forms.properties import PropertiesForm
from cases.models import Case, CaseEvent
from cases.properties.types import Definition
from cases.services.activity import ActionResult
from cases.services.case_locking import lock_unchanged_case
from cases.services.incoming import Actor

FORMS = {
    "save": "fields",
    "close": "close",
    "assign": "assign",
    "add_tags": "tags",
    "add_note": "note",
    "mark_duplicate": "duplicate",
}
"""The form that a button submits."""

_TOKEN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class PageForms:
    """The forms of a case's page; the submitted one is bound."""

    fields: PropertiesForm
    assign: AssignForm
    tags: TagForm
    note: NoteForm
    close: CloseForm
    duplicate: DuplicateForm


@dataclass(slots=True)
class Submission:
    """What a person submitted on a case's page, and the result.

    `seen` is the last entry of the activity that the page showed, or None. `others_events` is what
    others did since; `both_changed` names the fields that both they and this person changed, and
    `missing` has the fields that need a value before the case can be closed.
    """

    case: Case
    user: User
    data: QueryDict
    forms: PageForms
    button: str
    others_events: list[CaseEvent] = field(default_factory=list)
    both_changed: set[str] = field(default_factory=set)
    missing: list[Definition] = field(default_factory=list)
    problem: str = ""

    @property
    def actor(self) -> Actor:
        """The member of staff, as the services know them."""
        return Actor.from_user(self.user)

    @property
    def seen(self) -> int | None:
        """The id of the last entry of the activity that the page showed."""
        seen = self.data.get("seen", "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None

    @property
    def form(self) -> str:
        """The name of the submitted form, or of the button if it has no form."""
        return FORMS.get(self.button, self.button)

    @property
    def token(self) -> str:
        """The token by which the browser knows this submission, or `""`."""
        token = self.data.get("token", "")
        return token if token.isascii() and token.isalnum() and len(token) <= _TOKEN_LENGTH else ""

    def lock(self, *fields: str, also: Collection[int] = ()) -> None:
        """Lock the case as the person saw it, within the caller's transaction.

        Raises ChangedMeanwhileError as `lock_unchanged_case` does.
        """
        self.others_events = lock_unchanged_case(
            case_id=self.case.pk, seen=self.seen, user=self.user, fields=fields, also=also
        )

    def say(self, outcome: ActionResult, done: str, already: str) -> str | None:
        """Return the sentence for an outcome, or None if the case was refused."""
        if outcome.refusals:
            self.problem = outcome.refusals[0].reason
            return None
        return done if outcome.changed else already
