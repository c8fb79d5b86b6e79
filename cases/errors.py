"""Domain errors: a stable code, a message for a person and the fields with errors.

The codes are those of the contract's error envelope; `cases.api.envelope` has their HTTP
statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """The stable codes of the contract's error envelope."""

    BAD_REQUEST = "bad_request"
    MALFORMED_JSON = "malformed_json"
    INVALID_PAYLOAD = "invalid_payload"
    AUTHENTICATION_FAILED = "authentication_failed"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    VALIDATION_FAILED = "validation_failed"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field with an error: its path, such as `interactions[1].author.handle`, and why."""

    name: str
    message: str


class DomainError(Exception):
    """A request that the portal refuses, with what a person needs to correct it."""

    code = ErrorCode.BAD_REQUEST

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fields = tuple(fields)


class MalformedJSON(DomainError):
    """The body is not one JSON object (contract: 400 `malformed_json`)."""

    code = ErrorCode.MALFORMED_JSON


class InvalidPayload(DomainError):
    """A required key is missing or a value has the wrong JSON type (contract: 400)."""

    code = ErrorCode.INVALID_PAYLOAD


class ValidationFailed(DomainError):
    """The structure is valid but a value breaks a rule (contract: 422)."""

    code = ErrorCode.VALIDATION_FAILED


class IdempotencyKeyReused(DomainError):
    """An `Idempotency-Key` was reused for another request (contract: 422)."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED


class PayloadTooLarge(DomainError):
    """The body is too large (contract: 413)."""

    code = ErrorCode.PAYLOAD_TOO_LARGE


class NotFound(DomainError):
    """The object doesn't exist (contract: 404)."""

    code = ErrorCode.NOT_FOUND
