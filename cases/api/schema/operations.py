"""The ten operations, described for people; each decorates the view method that serves it."""

from collections.abc import Callable
from typing import TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from cases.api.schema.parts import (
    CASE_ID,
    CONTEXT,
    CUSTOMER_ID,
    HEADERS,
    IDEMPOTENCY_KEY,
    OBJECT_TYPE,
    WRITE_REFUSAL,
    Responses,
    refusals,
)
from cases.api.schema.values import Schema, reference

View = TypeVar("View", bound=Callable[..., object])
_BODY_REFUSALS = (400, 413, 415, 422)


def _describe(
    tag: str,
    operation_id: str,
    summary: str,
    description: str,
    success: Responses,
    *,
    path: tuple[OpenApiParameter, ...] = (),
    body: str = "",
    writes: bool = False,
) -> Callable[[View], View]:
    """Return the decorator that describes an operation; `body` names the schema of its request."""
    statuses = ((404,) if path else ()) + (_BODY_REFUSALS if body else ())
    answers = success | refusals(*statuses) | (WRITE_REFUSAL if writes else {})
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description,
        tags=[tag],
        parameters=[*path, *([IDEMPOTENCY_KEY] if writes else []), *CONTEXT, *HEADERS],
        request={"application/json": reference(body)} if body else None,
        responses=answers,
    )


def _success(description: str, schema: Schema) -> OpenApiResponse:
    return OpenApiResponse(schema, description=description)


def _list_of(name: str, *, most: int) -> Schema:
    return {"type": "array", "maxItems": most, "items": reference(name)}


_REPEATS = (
    "A call that comes again within 10 minutes with the same body, or with the same "
    "Idempotency-Key, gets the first answer again and writes nothing."
)

open_case = _describe(
    "Cases",
    "openCase",
    "Open a case",
    f"Stores a case with its posts, all or nothing. {_REPEATS}",
    {201: _success("The case that was opened.", reference("Case"))},
    body="CaseRequest",
    writes=True,
)
read_case = _describe(
    "Cases",
    "readCase",
    "Read a case",
    "Answers a case with its newest 1,000 posts, in the order in which they came.",
    {200: _success("The case.", reference("Case"))},
    path=(CASE_ID,),
)
update_case = _describe(
    "Cases",
    "updateCase",
    "Change a case",
    "Changes what is named and leaves everything else as it is. Posts are appended; those that "
    "the case already has are not doubled. A `status` closes or reopens the case.",
    {200: _success("The case as it is now.", reference("Case"))},
    path=(CASE_ID,),
    body="CasePatch",
    writes=True,
)
search_customers = _describe(
    "Customers",
    "searchCustomers",
    "Search customers",
    "Finds customers by searchable fields, without regard to upper and lower case. A text matches "
    "where it contains the criterion, a list or checkbox where it equals it.",
    {
        200: _success("At most 100 customers, best first.", _list_of("Customer", most=100)),
        204: OpenApiResponse(description="No customer matches."),
    },
    body="CustomerCriteria",
)
match_customers = _describe(
    "Customers",
    "matchCustomers",
    "Find who somebody is",
    "Compares what is known of somebody with customers and with the authors of their cases.",
    {200: _success("At most 10 customers, best first.", _list_of("Customer", most=10))},
    body="BestMatchRequest",
)
create_customer = _describe(
    "Customers",
    "createCustomer",
    "Create a customer",
    f"Makes a customer from registered fields. {_REPEATS}",
    {201: _success("The customer that was made.", reference("Customer"))},
    body="CustomerRequest",
    writes=True,
)
read_customer = _describe(
    "Customers",
    "readCustomer",
    "Read a customer",
    "Answers a customer with its registered fields.",
    {200: _success("The customer.", reference("Customer"))},
    path=(CUSTOMER_ID,),
)
update_customer = _describe(
    "Customers",
    "updateCustomer",
    "Change a customer",
    "Changes the fields that are named and leaves the others as they are. Success is 201, as "
    "Khoros expects.",
    {201: _success("The customer as it is now.", reference("Customer"))},
    path=(CUSTOMER_ID,),
    body="CustomerRequest",
    writes=True,
)
list_customer_cases = _describe(
    "Customers",
    "listCustomerCases",
    "List a customer's cases",
    "Answers a customer's newest 50 cases, newest first, each with its newest 20 posts.",
    {200: _success("The cases.", _list_of("Case", most=50))},
    path=(CUSTOMER_ID,),
)
read_definitions = _describe(
    "Fields",
    "readDefinitions",
    "Read the registered fields",
    "Answers the live fields of cases or customers, which Khoros offers to its agents.",
    {200: _success("The fields, in their order.", reference("FieldDefinitions"))},
    path=(OBJECT_TYPE,),
)
