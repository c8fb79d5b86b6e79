"""Descriptions of the ten operations, as decorators of the view methods."""

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
    OFFSET,
    WRITE_REFUSAL,
    Responses,
    refusals,
)
from cases.api.serializers.rules import Schema
from cases.api.serializers.structures import reference

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
    "A call that is repeated within 10 minutes with the same body, or with the same "
    "Idempotency-Key, gets the first response again and writes nothing."
)

open_case = _describe(
    "Cases",
    "openCase",
    "Open a case",
    f"Stores a case with its posts, together or not at all. {_REPEATS}",
    {201: _success("The new case.", reference("Case"))},
    body="CaseRequest",
    writes=True,
)
read_case = _describe(
    "Cases",
    "readCase",
    "Read a case",
    "Returns a case with its newest 1,000 posts, in the order they arrived.",
    {200: _success("The case.", reference("Case"))},
    path=(CASE_ID,),
)
update_case = _describe(
    "Cases",
    "updateCase",
    "Change a case",
    "Changes the given keys and leaves everything else unchanged. Posts are appended, "
    "except those that the case already has. `status` closes or reopens the case.",
    {200: _success("The updated case.", reference("Case"))},
    path=(CASE_ID,),
    body="CasePatch",
    writes=True,
)
search_customers = _describe(
    "Customers",
    "searchCustomers",
    "Search customers",
    "Finds customers by searchable fields, ignoring upper and lower case. A text matches "
    "if it contains the criterion, a list or checkbox if it equals it.",
    {
        200: _success("At most 100 customers, best first.", _list_of("Customer", most=100)),
        204: OpenApiResponse(description="No customer matches."),
    },
    body="CustomerCriteria",
)
match_customers = _describe(
    "Customers",
    "matchCustomers",
    "Find matching customers",
    "Compares what is known about a person with customers and the authors of their cases.",
    {200: _success("At most 10 customers, best first.", _list_of("Customer", most=10))},
    body="BestMatchRequest",
)
create_customer = _describe(
    "Customers",
    "createCustomer",
    "Create a customer",
    f"Creates a customer from customer fields. {_REPEATS}",
    {201: _success("The new customer.", reference("Customer"))},
    body="CustomerRequest",
    writes=True,
)
read_customer = _describe(
    "Customers",
    "readCustomer",
    "Read a customer",
    "Returns a customer with its fields.",
    {200: _success("The customer.", reference("Customer"))},
    path=(CUSTOMER_ID,),
)
update_customer = _describe(
    "Customers",
    "updateCustomer",
    "Change a customer",
    "Changes the given fields and leaves the others unchanged. Success is 201, as Khoros expects.",
    {201: _success("The updated customer.", reference("Customer"))},
    path=(CUSTOMER_ID,),
    body="CustomerRequest",
    writes=True,
)
list_customer_cases = _describe(
    "Customers",
    "listCustomerCases",
    "List a customer's cases",
    "Returns a customer's cases, newest first, each with its newest 50 posts: up to 1,000 in one "
    "answer. `X-Total-Count` is the number of all, and `Link` leads to the rest.",
    {200: _success("The cases.", _list_of("Case", most=1_000))},
    path=(CUSTOMER_ID, OFFSET),
)
read_definitions = _describe(
    "Fields",
    "readDefinitions",
    "Read the custom fields",
    "Returns the live fields of cases or customers, which Khoros offers to its agents.",
    {200: _success("The fields, in their order.", reference("FieldDefinitions"))},
    path=(OBJECT_TYPE,),
)
