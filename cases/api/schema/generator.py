"""Generates the OpenAPI document from the routes and the current custom fields."""

from typing import Any

from django.urls import URLPattern
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from rest_framework.request import Request

from cases.addresses import instance_url
from cases.api.schema.examples import answer_examples, request_examples
from cases.api.schema.links import add_links
from cases.api.schema.objects import OBJECTS
from cases.api.schema.registered import registered_schemas
from cases.api.schema.security import ApiKeyScheme
from cases.api.urls import urlpatterns
from cases.choices import ObjectType
from cases.selectors.properties import accepted_definitions

SECURITY_EXTENSIONS = (ApiKeyScheme,)
"""Registered by being imported."""


def make_document() -> dict[str, Any]:
    """Return the current OpenAPI document."""
    return PortalSchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]


def actions_of(route: URLPattern) -> dict[str, str]:
    """Return the actions of a route's view by method, in lower case.

    Without HEAD, which the framework adds to a view that answers GET when it is first called.
    """
    actions: dict[str, str] = route.callback.actions  # type: ignore[attr-defined]
    return {method: action for method, action in actions.items() if method != "head"}


class ContractRoutes(EndpointEnumerator):
    """The routes by the paths of the contract, which name them."""

    def get_api_endpoints(self, patterns: Any = None, prefix: Any = "") -> list[Any]:
        """Return path, pattern, method and view of each operation, in the order of the routes."""
        return [
            (route.name, str(route.pattern), method.upper(), route.callback)
            for route in urlpatterns
            for method in actions_of(route)
        ]


class PortalSchemaGenerator(SchemaGenerator):
    """Generates the document on each call; only the definitions are cached, for a second."""

    endpoint_inspector_cls = ContractRoutes

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        cases = accepted_definitions(ObjectType.CASE)
        customers = accepted_definitions(ObjectType.CUSTOMER)
        document["servers"] = [{"url": instance_url()}]
        document["components"]["schemas"] = registered_schemas(cases, customers) | OBJECTS
        operations = {
            operation["operationId"]: operation
            for path in document["paths"].values()
            for operation in path.values()
        }
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
        for name, example in request_examples(cases, customers).items():
            _add_example(operations[name]["requestBody"], example)
        for name, (status, example) in answer_examples(cases, customers).items():
            _add_example(operations[name]["responses"][status], example)
        add_links(operations)
        return document


def _add_example(part: dict[str, Any], example: Any) -> None:
    part["content"]["application/json"]["examples"] = {"example": {"value": example}}
