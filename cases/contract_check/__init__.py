"""Calls every operation of the contract over HTTP as Khoros would, and checks the responses."""

from cases.contract_check.client import Exchange
from cases.contract_check.run import StepResult, run_contract_check

__all__ = ["Exchange", "StepResult", "run_contract_check"]
