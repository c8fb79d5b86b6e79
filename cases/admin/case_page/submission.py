"""What a person submits on a case's page: a button, the forms around it, and what came of it."""

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
"""Which form a button sends."""

_TOKEN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class PageForms:
    """The forms of a case's page; the one that was sent is bound."""

    fields: PropertiesForm
    assign: AssignForm
    tags: TagForm
    note: NoteForm
    close: CloseForm
    duplicate: DuplicateForm


@dataclass(slots=True)
class Submission:
    """What a person submitted on a case's page, and what came of it.

    `seen` is the last entry of the history that the page showed, or None. `others_events` is what
    others did since; `both_changed` names what they and this person changed, and `missing` are
    the fields that keep the case from being closed.
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
        """The last entry of the history that the page showed."""
        seen = self.data.get("seen", "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None

    @property
    def form(self) -> str:
        """The form that was sent, by its name; of a button without inputs that of the button."""
        return FORMS.get(self.button, self.button)

    @property
    def token(self) -> str:
        """What the browser calls this sending of a form, or `""`."""
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
        """Return the sentence for an outcome, or None where the case was refused."""
        if outcome.refusals:
            self.problem = outcome.refusals[0].reason
            return None
        return done if outcome.changed else already
