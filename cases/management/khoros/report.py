"""Counts answers and shows them as a table."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from cases.management.khoros.calls import NO_ANSWER, OPEN_CASE, Answer

_GAP = "   "


@dataclass(slots=True)
class Report:
    """What came back, by operation and status."""

    answers: list[Answer] = field(default_factory=list)

    def add(self, answers: Iterable[Answer]) -> None:
        """Count the answers of one story."""
        self.answers.extend(answers)

    @property
    def unexpected(self) -> int:
        """How many answers were not what the story is told for."""
        return sum(not answer.is_expected for answer in self.answers)

    @property
    def created(self) -> int:
        """How many cases were created."""
        return sum(answer.is_expected for answer in self._opening)

    @property
    def _opening(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.call.operation == OPEN_CASE]

    def text(self, *, seconds: float) -> str:
        """Return the tables, and a last line with the pace; `seconds` is how long it all took."""
        pace = len(self.answers) / seconds if seconds else 0.0
        parts = [_table(_ANSWER_HEADS, self._answer_rows())] if self.answers else []
        if self.unexpected:
            parts.append(_table(_ERROR_HEADS, self._error_rows()))
        parts.append(
            f"{self.created:,} of {len(self._opening):,} cases created in {seconds:.1f} s "
            f"({pace:.1f} calls a second)."
        )
        return "\n\n".join(parts)

    def _answer_rows(self) -> list[list[str]]:
        groups: dict[tuple[str, int], list[float]] = defaultdict(list)
        for answer in self.answers:
            groups[answer.call.operation, answer.status].append(answer.seconds)
        return [
            [
                operation,
                status_text(status),
                f"{len(times):,}",
                *(_milliseconds(quantile(times, share)) for share in (0.5, 0.95, 1)),
            ]
            for (operation, status), times in sorted(groups.items())
        ]

    def _error_rows(self) -> list[list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for answer in self.answers:
            if not answer.is_expected:
                groups[answer.error or "unexpected status"].append(answer.message)
        most_first = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        return [[code, f"{len(messages):,}", messages[0]] for code, messages in most_first]


def status_text(status: int) -> str:
    """Return a status as people read it: `201 Created`."""
    if status == NO_ANSWER:
        return "no answer"
    known = {entry.value: entry.phrase for entry in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` (above 0, up to 1) of them reach."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


_ANSWER_HEADS = ["Operation", "Answer", "Calls", "Median", "95 %", "Slowest"]
_ERROR_HEADS = ["Error", "Times", "Example"]
_TO_THE_RIGHT = {"Calls", "Median", "95 %", "Slowest", "Times"}


def _table(heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    rule = ["─" * width for width in widths]
    return "\n".join(
        _GAP.join(
            cell.rjust(width) if head in _TO_THE_RIGHT else cell.ljust(width)
            for head, cell, width in zip(heads, row, widths, strict=True)
        ).rstrip()
        for row in [heads, rule, *rows]
    )
