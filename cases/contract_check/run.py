"""Runs the check, one step after the other."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from cases.choices import Operation
from cases.contract_check.client import Exchange, KhorosClient
from cases.contract_check.expectations import first_fault
from cases.contract_check.scenario import Scenario, StepNotTaken
from cases.contract_check.steps import STEPS, CheckStep


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of the check; `fault` says what was wrong, `""` if nothing was.

    `exchange` is None if the step was skipped because an earlier one failed.
    """

    title: str
    operation: Operation
    exchange: Exchange | None
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether the response followed the contract."""
        return not self.fault


def run_contract_check(*, base_url: str, auth: str) -> Iterator[StepResult]:
    """Call `base_url` as Khoros would, with the header value `auth`; yield each step when it is done.

    Calls every operation of the contract at least once. Steps that need the response of one that
    failed are yielded as not taken.
    """
    scenario = Scenario(KhorosClient(base_url, auth), secrets.token_hex(8))
    for step in STEPS:
        yield _take(step, scenario)


def _take(step: CheckStep, scenario: Scenario) -> StepResult:
    try:
        exchange, expectations = step.take(scenario)
    except StepNotTaken as reason:
        return StepResult(step.title, step.operation, None, f"not taken: {reason}")
    fault = first_fault(exchange, expectations) or ""
    return StepResult(step.title, step.operation, exchange, fault)
