"""Operations on cases."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from cases.api.context import read_context
from cases.api.serializers.case_input import read_new_case
from cases.api.serializers.case_output import case_body
from cases.api.views.base import KhorosViewSet
from cases.choices import ObjectType
from cases.selectors.properties import accepted_definitions
from cases.services.cases import open_case


class CaseViewSet(KhorosViewSet):
    """`/case`."""

    def create(self, request: Request) -> Response:
        """Open a case (contract: `POST /case`)."""
        payload = self.payload(request)
        definitions = accepted_definitions(ObjectType.CASE)
        new = read_new_case(payload, definitions)
        opened = open_case(new=new, context=read_context(request))
        body = case_body(opened.case, opened.interactions, definitions)
        return Response(body, status=HTTP_201_CREATED)
