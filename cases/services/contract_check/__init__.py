"""The portal plays Khoros: every operation of the contract, over HTTP, with what must come back."""

from cases.services.contract_check.client import Exchange
from cases.services.contract_check.run import Step, run_contract_check

__all__ = ["Exchange", "Step", "run_contract_check"]
