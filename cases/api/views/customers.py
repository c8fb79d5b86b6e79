"""Operations on customers."""

import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from cases.addresses import portal_url
from cases.api.call import call_of
from cases.api.schema import operations
from cases.api.serializers.case_output import case_body
from cases.api.serializers.customer_input import (
    read_criteria,
    read_customer_properties,
    read_wanted,
)
from cases.api.serializers.customer_output import customer_body
from cases.api.views.base import KhorosViewSet, make_answer, respond
from cases.choices import ObjectType
from cases.properties.types import Definition
from cases.selectors.customers.best_match import best_matches
from cases.selectors.customers.search import search_customers
from cases.selectors.properties import accepted_definitions
from cases.selectors.records import get_customer, list_customer_cases
from cases.services.customers import create_customer, update_customer
from cases.services.idempotency import Answer
from cases.services.requests import Call

_OFFSET = re.compile(r"[0-9]{1,9}", re.ASCII)


class CustomerViewSet(KhorosViewSet):
    """`/customer`, `/customer/{id}`, `/customers` and what is beneath them."""

    @operations.create_customer
    def create(self, request: Request) -> Response:
        """Make a customer (contract: `POST /customer`)."""
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        answer = self.write_once(
            request,
            read=partial(read_customer_properties, self.payload(request), definitions),
            write=partial(_create_customer, call_of(request), definitions),
        )
        return respond(answer)

    @operations.read_customer
    def retrieve(self, request: Request, customer_id: str) -> Response:
        """Answer a customer (contract: `GET /customer/{id}`)."""
        customer = get_customer(customer_id=customer_id)
        return Response(customer_body(customer, accepted_definitions(ObjectType.CUSTOMER)))

    @operations.update_customer
    def partial_update(self, request: Request, customer_id: str) -> Response:
        """Change a customer (contract: `PATCH /customer/{id}`, which answers 201)."""
        # An unknown customer is a 404, whatever the body says.
        customer_id = get_customer(customer_id=customer_id).pk
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        answer = self.write_once(
            request,
            read=partial(read_customer_properties, self.payload(request), definitions),
            write=partial(_update_customer, call_of(request), definitions, customer_id),
        )
        return respond(answer)

    @operations.search_customers
    def search(self, request: Request) -> Response:
        """Answer the customers that match every criterion (contract: `POST /customers`)."""
        payload = self.payload(request)
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        found = search_customers(criteria=read_criteria(payload, definitions))
        if not found:
            return Response(status=HTTP_204_NO_CONTENT)
        return Response([customer_body(customer, definitions) for customer in found])

    @operations.match_customers
    def best_match(self, request: Request) -> Response:
        """Answer who it may be, best first (contract: `POST /customer/bestmatch`)."""
        matches = best_matches(read_wanted(self.payload(request)))
        definitions = accepted_definitions(ObjectType.CUSTOMER)
        return Response([customer_body(match.customer, definitions) for match in matches])

    @operations.list_customer_cases
    def cases(self, request: Request, customer_id: str) -> Response:
        """Answer a customer's cases, newest first (contract: `GET /customer/{id}/cases`)."""
        definitions = accepted_definitions(ObjectType.CASE)
        offset = _read_offset(request)
        found = list_customer_cases(customer_id=customer_id, offset=offset)
        answer = Response(
            [case_body(record.case, record.interactions, definitions) for record in found.records]
        )
        answer["X-Total-Count"] = str(found.total)
        following = offset + len(found.records)
        if following < found.total:
            address = f"{portal_url(quote(request.path))}?offset={following}"
            answer["Link"] = f'<{address}>; rel="next"'
        return answer


def _read_offset(request: Request) -> int:
    """Return how many cases an answer passes over; what is no number passes over none."""
    text = request.query_params.get("offset", "")
    return int(text) if _OFFSET.fullmatch(text) else 0


def _create_customer(
    call: Call, definitions: Mapping[str, Definition], properties: dict[str, str]
) -> Answer:
    customer = create_customer(properties=properties, context=call.context)
    return make_answer(HTTP_201_CREATED, customer_body(customer, definitions))


def _update_customer(
    call: Call, definitions: Mapping[str, Definition], customer_id: str, properties: dict[str, str]
) -> Answer:
    update_customer(customer_id=customer_id, properties=properties, context=call.context)
    customer = get_customer(customer_id=customer_id)
    return make_answer(HTTP_201_CREATED, customer_body(customer, definitions))
