"""What several operations share: parameters and error responses."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from cases.api.serializers.rules import Schema
from cases.api.serializers.structures import reference
from cases.choices import ObjectType
from cases.errors import ErrorCode
from cases.services.idempotency import KEY_HEADER, KEY_LENGTH

Responses = dict[int, OpenApiResponse]

CONTEXT = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)
    for name, description in (
        ("x-sf-user-email", "The acting agent. An invalid value never causes an error."),
        ("x-sf-email", "Another name of x-sf-user-email, which comes first."),
        ("x-sf-initiative", "The initiative in Khoros: a number or a string."),
        ("x-sf-company-id", "The company in Khoros: a number or a string."),
    )
]
"""The optional headers by which Khoros says who acts."""

IDEMPOTENCY_KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "maxLength": KEY_LENGTH},
    OpenApiParameter.HEADER,
    description=(
        "Repeat a call with the same key and body within 7 days to get the first response "
        "again. The same key with another call is refused with 422 "
        "`idempotency_key_reused`."
    ),
)

CASE_ID = OpenApiParameter(
    "id",
    {"type": "string", "pattern": "^[0-9]{1,18}$"},
    OpenApiParameter.PATH,
    description="The `id` of a case.",
)
CUSTOMER_ID = OpenApiParameter(
    "id",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.PATH,
    description="The `id` of a customer: any text, percent-encoded.",
)
OFFSET = OpenApiParameter(
    "offset",
    {"type": "string", "examples": ["1000"]},
    OpenApiParameter.QUERY,
    description="How many of the newest cases to pass over. An invalid value passes over none.",
)
OBJECT_TYPE = OpenApiParameter(
    "type",
    {"type": "string", "enum": list(ObjectType.values)},
    OpenApiParameter.PATH,
    description="Case fields or customer fields.",
)

HEADERS = [
    OpenApiParameter(
        "WWW-Authenticate",
        str,
        OpenApiParameter.HEADER,
        required=True,
        description="The scheme that the portal expects.",
        response=[401],
    ),
    OpenApiParameter(
        "Retry-After",
        {"type": "string", "pattern": "^[0-9]+$"},
        OpenApiParameter.HEADER,
        required=True,
        description="Seconds to wait before trying again.",
        response=[503],
    ),
]
"""Headers of answers."""


def refusals(*statuses: int) -> Responses:
    """Return the answers that refuse a call with one of these statuses, 401, 500 or 503."""
    return {status: _REFUSALS[status] for status in sorted({401, 500, 503, *statuses})}


def _refusal(description: str, *codes: ErrorCode, example: Schema) -> OpenApiResponse:
    return OpenApiResponse(
        reference("Error", properties={"error": {"enum": [code.value for code in codes]}}),
        description=description,
        examples=[OpenApiExample(codes[0].value, {"error": codes[0].value} | example)],
    )


_REFUSALS: Responses = {
    400: _refusal(
        "The body is not one JSON object, a required key is missing, or a value has the "
        "wrong JSON type. Every field with an error is listed.",
        ErrorCode.INVALID_PAYLOAD,
        ErrorCode.MALFORMED_JSON,
        example={
            "message": "Nothing was saved: title is required.",
            "fields": [{"name": "title", "errorMessage": "is required"}],
        },
    ),
    401: _refusal(
        "The Authorization header is missing, or its key is unknown, revoked or expired.",
        ErrorCode.AUTHENTICATION_FAILED,
        example={
            "message": "The Authorization header is missing. Send the header value that the "
            "portal issued for this integration."
        },
    ),
    404: _refusal(
        "The object doesn't exist.",
        ErrorCode.NOT_FOUND,
        example={"message": "There is no case with this id."},
    ),
    413: _refusal(
        "The body is larger than 5 MiB.",
        ErrorCode.PAYLOAD_TOO_LARGE,
        example={
            "message": "The request is larger than 5 MiB. Send fewer posts with the case and add "
            "the others afterwards."
        },
    ),
    415: _refusal(
        "The body is not `application/json`.",
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        example={"message": "Send the body as application/json in UTF-8."},
    ),
    422: _refusal(
        "The structure is valid, but a value breaks a rule. Every field with an error is listed.",
        ErrorCode.VALIDATION_FAILED,
        example={
            "message": "Nothing was saved: title must not be blank.",
            "fields": [{"name": "title", "errorMessage": "must not be blank"}],
        },
    ),
    500: _refusal(
        "An unexpected error. The reference in `message` is also in the portal's log.",
        ErrorCode.INTERNAL_ERROR,
        example={
            "message": "Something went wrong in the case portal. Nothing was saved. "
            "The portal's administrator can find the cause under the reference 5f1b6f0e7d2a."
        },
    ),
    503: _refusal(
        "The portal can't reach its database. Nothing was saved.",
        ErrorCode.UNAVAILABLE,
        example={
            "message": "The case portal can't reach its database. Nothing was saved; try again "
            "shortly."
        },
    ),
}
WRITE_REFUSAL: Responses = {
    422: _refusal(
        "The structure is valid, but a value breaks a rule (every field with an error is "
        "listed); or the Idempotency-Key was used for another call.",
        ErrorCode.VALIDATION_FAILED,
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        example={
            "message": "Nothing was saved: title must not be blank.",
            "fields": [{"name": "title", "errorMessage": "must not be blank"}],
        },
    )
}
"""The 422 of an operation that writes."""
