"""Counts answers and shows them as tables."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from cases.choices import CaseStatus, Operation
from devtools.khoros.calls import NO_ANSWER, Answer, Purpose
from devtools.khoros.tables import table


@dataclass(slots=True)
class _Tally:
    """The answers to one operation; `seconds` has those that the client waited for."""

    statuses: Counter[int] = field(default_factory=Counter)
    made: Counter[Purpose] = field(default_factory=Counter)
    unexpected: Counter[Purpose] = field(default_factory=Counter)
    given_up: int = 0
    seconds: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, answer: Answer) -> None:
        self.made[answer.call.purpose] += 1
        self.unexpected[answer.call.purpose] += not answer.is_expected
        self.given_up += answer.gave_up
        if not answer.gave_up:
            self.statuses[answer.status] += 1
            self.seconds.append(answer.seconds)

    def row(self, operation: Operation) -> list[str]:
        shares = (0.5, 0.95, 1.0)
        return [
            operation.value,
            f"{self.made.total():,}",
            ", ".join(
                f"{status or 'none'} ×{times:,}" for status, times in sorted(self.statuses.items())
            ),
            f"{self.given_up:,}" if self.given_up else "",
            _kept(self.made[Purpose.FAULT], self.unexpected[Purpose.FAULT]),
            _kept(self.made[Purpose.REPEAT], self.unexpected[Purpose.REPEAT]),
            f"{self.made.total() - self.unexpected.total():,}",
            f"{self.unexpected.total():,}",
            *(_milliseconds(quantile(self.seconds, share)) for share in shares),
        ]


@dataclass(slots=True)
class Report:
    """What came back: counts and no bodies, so that a long run takes little memory."""

    stories: int = 0
    opened: int = 0
    closed: int = 0
    _tallies: dict[Operation, _Tally] = field(default_factory=dict)
    _problems: Counter[tuple[Operation, str]] = field(default_factory=Counter)
    _examples: dict[tuple[Operation, str], str] = field(default_factory=dict)

    def add(self, answers: Iterable[Answer]) -> None:
        """Count the answers of one story."""
        statuses: list[str] = []
        for answer in answers:
            self.count(answer)
            statuses += _case_status(answer)
        self.stories += 1
        self.opened += bool(statuses)
        self.closed += CaseStatus.CLOSED.value in statuses

    def count(self, answer: Answer) -> None:
        """Count one answer."""
        operation = answer.call.operation
        self._tallies.setdefault(operation, _Tally()).add(answer)
        if not answer.is_expected:
            self._problems[operation, answer.problem] += 1
            self._examples.setdefault((operation, answer.problem), answer.example)

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(tally.made.total() for tally in self._tallies.values())

    @property
    def unexpected(self) -> int:
        """How many answers were not what their call was made for."""
        return self._problems.total()

    def text(self, *, seconds: float) -> str:
        """Return the tables, and a last line with the pace; `seconds` is how long it all took."""
        pace = self.calls / seconds if seconds else 0.0
        rows = [self._tallies[one].row(one) for one in Operation if one in self._tallies]
        parts = [table(_HEADS, rows, right=_TO_THE_RIGHT)]
        if self._problems:
            parts.append(table(_PROBLEM_HEADS, self._problem_rows(), right=_TO_THE_RIGHT))
        parts.append(_LEGEND)
        parts.append(
            f"{self.opened:,} of {self.stories:,} cases opened, and {self.closed:,} of them "
            f"closed, in {seconds:.1f} s ({pace:.1f} calls a second)."
        )
        return "\n\n".join(parts)

    def _problem_rows(self) -> list[list[str]]:
        return [
            [operation.value, problem, f"{times:,}", self._examples[operation, problem]]
            for (operation, problem), times in self._problems.most_common()
        ]


def status_text(status: int) -> str:
    """Return a status as people read it: `201 Created`."""
    if status == NO_ANSWER:
        return "no answer"
    known = {entry.value: entry.phrase for entry in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest of `values` that at least `share` (above 0, up to 1) of them reach."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else None


def _case_status(answer: Answer) -> list[str]:
    """Return the status of the case that the story opened or changed by this call."""
    told = answer.is_expected and answer.call.purpose == Purpose.STORY and not answer.gave_up
    told &= answer.status < HTTPStatus.BAD_REQUEST
    changes_case = answer.call.operation in {Operation.OPEN_CASE, Operation.UPDATE_CASE}
    return [answer.body["status"]] if told and changes_case else []


def _kept(made: int, unexpected: int) -> str:
    return f"{made - unexpected:,} of {made:,}" if made else ""


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:,.1f} ms"


_HEADS = (
    *("Operation", "Calls", "Answers", "Given up", "Faults", "Repeats"),
    *("Expected", "Unexpected", "Median", "95 %", "Slowest"),
)
_LEGEND = (
    "Given up: abandoned early and sent again. Faults: sent with an error and refused, as "
    "expected.\nRepeats: sent again and answered with the first response."
)
_PROBLEM_HEADS = ("Unexpected at", "What", "Times", "Example")
_TO_THE_RIGHT = {*_HEADS, "Times"} - {"Operation", "Answers"}
