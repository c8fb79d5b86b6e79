"""The portal plays Khoros: every operation of the contract, over HTTP, with what must come back."""

from cases.contract_check.client import Exchange
from cases.contract_check.run import StepResult, run_contract_check

__all__ = ["Exchange", "StepResult", "run_contract_check"]
