"""The faults of one request, collected with their paths (contract: The error envelope)."""

from dataclasses import dataclass, field

from cases.errors import FieldError, InvalidPayload, ValidationFailed
from cases.text import printable

_NAMED_FIELDS = 3


@dataclass(slots=True)
class Problems:
    """Wrong shapes (400) and broken rules (422); `outcome` begins the message for the person."""

    outcome: str = "Nothing was saved"
    wrong_shapes: list[FieldError] = field(default_factory=list)
    broken_rules: list[FieldError] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.wrong_shapes) + len(self.broken_rules)

    def wrong_shape(self, path: str, message: str) -> None:
        """Note that a required key is missing or a value has the wrong JSON type."""
        self.wrong_shapes.append(FieldError(_encodable(path), message))

    def broken_rule(self, path: str, message: str) -> None:
        """Note that a value of the right type breaks a rule."""
        self.broken_rules.append(FieldError(_encodable(path), message))

    def raise_if_any(self) -> None:
        """Raise InvalidPayload for a wrong shape, else ValidationFailed for a broken rule.

        Both carry every fault (contract: both kinds of fault answer 400).
        """
        fields = [*self.wrong_shapes, *self.broken_rules]
        if self.wrong_shapes:
            raise InvalidPayload(self._summary(fields), fields)
        if self.broken_rules:
            raise ValidationFailed(self._summary(fields), fields)

    def _summary(self, fields: list[FieldError]) -> str:
        named = "; ".join(
            f"{printable(fault.name)} {fault.message}" for fault in fields[:_NAMED_FIELDS]
        )
        more = len(fields) - _NAMED_FIELDS
        return f"{self.outcome}: {named}{f'; and {more} more' if more > 0 else ''}."


def _encodable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
