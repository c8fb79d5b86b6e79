"""The operation by which Khoros learns of custom fields."""

from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.schema import operations
from cases.api.views.base import KhorosViewSet
from cases.choices import ObjectType
from cases.errors import NotFound
from cases.properties.announcement import announce
from cases.selectors.properties import announced_definitions


class DefinitionViewSet(KhorosViewSet):
    """`/meta/object/{type}`."""

    @operations.read_definitions
    def retrieve(self, request: Request, object_type: str) -> Response:
        """Answer the live definitions (contract: `GET /meta/object/{type}`)."""
        if object_type not in ObjectType.values:
            raise NotFound("There are fields for “case” and “customer” only.")
        return Response(announce(object_type, announced_definitions(object_type)))
