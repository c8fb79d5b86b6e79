"""State shared by the steps of a check: the client, earlier exchanges, and payloads."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cases.contract_check.client import Exchange, KhorosClient
from cases.services.check_data import CHECK_SERVICE


class StepNotTaken(Exception):
    """A step needs the response of an earlier one that failed."""


@dataclass(slots=True)
class Scenario:
    """An agent meets a customer, opens a case, works on it and closes it.

    `token` is unique to the check. The exchanges are None until a step has made them.
    """

    client: KhorosClient
    token: str
    fields: Exchange | None = None
    customer_fields: Exchange | None = None
    customer: Exchange | None = None
    case: Exchange | None = None
    began: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def values(self) -> dict[str, str]:
        """A value for each field of cases, as an agent fills them in before closing."""
        fields = self.fields.json["fields"] if self.fields else []
        return {field["name"]: _value_for(field) for field in fields}

    @property
    def customer_id(self) -> str:
        """The id of the customer. Raises StepNotTaken where none was created."""
        return _id_in(self.customer, "customer")

    @property
    def case_id(self) -> str:
        """The id of the case. Raises StepNotTaken where none was opened."""
        return _id_in(self.case, "case")

    @property
    def handle(self) -> str:
        """The handle of the author of every post."""
        return f"check_{self.token}"

    def new_case(self) -> dict[str, Any]:
        """Return the body of `POST /case`: a case with the first post."""
        return {
            "customerId": self.customer_id,
            "title": "Contract check",
            "interactions": [self.post(1)],
        }

    def post(self, number: int) -> dict[str, Any]:
        """Return a post; the same number returns the same post."""
        return {
            "created": self.began,
            "body": f"Post {number} of a contract check ✓",
            "linkUrl": None,
            "serviceId": f"{self.token}-{number}",
            "service": CHECK_SERVICE,
            "contentType": "post",
            "author": {
                "service": CHECK_SERVICE,
                "serviceId": self.token,
                "handle": self.handle,
                "name": "Contract Check",
                "brandOwned": False,
            },
        }


def _id_in(exchange: Exchange | None, what: str) -> str:
    body = exchange.json if exchange else None
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        raise StepNotTaken(f"no {what} was created in an earlier step")
    found: str = body["id"]
    return found


def _value_for(field: dict[str, Any]) -> str:
    if field["type"] == "single_sel_list":
        return next((str(entry["value"]) for entry in field["listValues"]), "")
    return "true" if field["type"] == "checkbox" else "Contract check"
