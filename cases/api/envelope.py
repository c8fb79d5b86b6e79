"""The error envelope: the one place that builds an error answer (contract: The error envelope)."""

import logging
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.status import HTTP_500_INTERNAL_SERVER_ERROR

from cases.errors import DomainError, ErrorCode, FieldError

logger = logging.getLogger(__name__)

_STATUS = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.MALFORMED_JSON: 400,
    ErrorCode.INVALID_PAYLOAD: 400,
    ErrorCode.AUTHENTICATION_FAILED: 401,
    ErrorCode.PERMISSION_DENIED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.PAYLOAD_TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.VALIDATION_FAILED: 422,
    ErrorCode.IDEMPOTENCY_KEY_REUSED: 422,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL_ERROR: 500,
    ErrorCode.UNAVAILABLE: 503,
}
_CODE_OF_STATUS = {
    status: code
    for code, status in _STATUS.items()
    if code
    not in {
        ErrorCode.MALFORMED_JSON,
        ErrorCode.INVALID_PAYLOAD,
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
    }
}
_RETRY_SECONDS = 5


def envelope(code: ErrorCode, message: str, fields: Sequence[FieldError] = ()) -> dict[str, Any]:
    """Return the body of an error response; it has `fields` only if fields are invalid."""
    body: dict[str, Any] = {"error": code.value, "message": message}
    if fields:
        body["fields"] = [{"name": field.name, "errorMessage": field.message} for field in fields]
    return body


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Return the response for an exception of a view; None leaves others to `write_envelope`."""
    if isinstance(problem, DomainError):
        body = envelope(problem.code, problem.message, problem.fields)
        return Response(body, status=_STATUS[problem.code])
    if isinstance(problem, exceptions.APIException):
        return _answer_framework_error(problem)
    if isinstance(problem, OperationalError | InterfaceError):
        logger.error("The database is out of reach", exc_info=problem)
        body = envelope(
            ErrorCode.UNAVAILABLE,
            "The case portal can't reach its database. Nothing was saved; try again shortly.",
        )
        return Response(body, status=503, headers={"Retry-After": str(_RETRY_SECONDS)})
    return None


def write_envelope(response: HttpResponse, reference: str) -> None:
    """Replace a response that no API view made (Django's own 400, 404, 500, …) by the envelope.

    `reference` is also in the log; the message of a 500 quotes it.
    """
    code = _CODE_OF_STATUS.get(response.status_code, ErrorCode.BAD_REQUEST)
    if response.status_code >= HTTP_500_INTERNAL_SERVER_ERROR and code is not ErrorCode.UNAVAILABLE:
        code = ErrorCode.INTERNAL_ERROR
        response.status_code = HTTP_500_INTERNAL_SERVER_ERROR
    message = _MESSAGES[code].format(reference=reference)
    response.content = orjson.dumps(envelope(code, message))
    response.headers["Content-Type"] = "application/json"
    response.headers.pop("Content-Length", None)


def _answer_framework_error(problem: exceptions.APIException) -> Response:
    code = _CODE_OF_STATUS.get(problem.status_code, ErrorCode.BAD_REQUEST)
    headers = {}
    if isinstance(problem, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
        headers["WWW-Authenticate"] = getattr(problem, "auth_header", "Api-Key")
    wait: float | None = getattr(problem, "wait", None)  # of Throttled, in seconds
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    message = _MESSAGES.get(code, "") if code in _FIXED else str(problem.detail)
    return Response(envelope(code, message), status=problem.status_code, headers=headers)


_MESSAGES = {
    ErrorCode.BAD_REQUEST: "The case portal couldn't read this request.",
    ErrorCode.PERMISSION_DENIED: "This key isn't allowed to do that.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.METHOD_NOT_ALLOWED: "This address doesn't support that method.",
    ErrorCode.PAYLOAD_TOO_LARGE: "The request is larger than the case portal accepts.",
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json in UTF-8, not compressed.",
    ErrorCode.RATE_LIMITED: "Too many requests; wait a moment and try again.",
    ErrorCode.UNAVAILABLE: "The case portal is not available right now; try again shortly.",
    ErrorCode.AUTHENTICATION_FAILED: "The Authorization header is missing or not accepted.",
    ErrorCode.VALIDATION_FAILED: "A value breaks a rule.",
    ErrorCode.INTERNAL_ERROR: (
        "Something went wrong in the case portal. Nothing was saved. "
        "The portal's administrator can find the cause under the reference {reference}."
    ),
}
_FIXED = {ErrorCode.UNSUPPORTED_MEDIA_TYPE, ErrorCode.NOT_FOUND}
