"""Operations on cases."""

from typing import Any

import orjson
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED

from cases.api.call import call_of
from cases.api.schema import operations
from cases.api.serializers.case_input import read_case_patch, read_new_case
from cases.api.serializers.case_output import case_body
from cases.api.views.base import KhorosViewSet
from cases.choices import ObjectType
from cases.selectors.properties import accepted_definitions
from cases.selectors.records import get_case_record, parse_case_id
from cases.services.cases import open_case, update_case
from cases.services.incoming import Actor, CasePatch, NewCase


class CaseViewSet(KhorosViewSet):
    """`/case` and `/case/{id}`."""

    @operations.open_case
    def create(self, request: Request) -> Response:
        """Open a case (contract: `POST /case`)."""
        payload = self.payload(request)
        definitions = accepted_definitions(ObjectType.CASE)
        call = call_of(request)

        def read() -> NewCase:
            return read_new_case(payload, definitions)

        def act(new: NewCase) -> dict[str, Any]:
            opened = open_case(new=new, context=call.context, integration=call.integration)
            return case_body(opened.case, opened.interactions, definitions)

        response = self.answer_write(request, read=read, act=act, status=HTTP_201_CREATED)
        # Only now is the case on disk; a repeat's answer names the first one's case.
        call.case_id = int(orjson.loads(response.data)["id"])
        return response

    @operations.read_case
    def retrieve(self, request: Request, case_id: str) -> Response:
        """Answer a case (contract: `GET /case/{id}`)."""
        record = get_case_record(case_id=case_id)
        call_of(request).case_id = record.case.pk
        definitions = accepted_definitions(ObjectType.CASE)
        return Response(case_body(record.case, record.interactions, definitions))

    @operations.update_case
    def partial_update(self, request: Request, case_id: str) -> Response:
        """Change a case (contract: `PATCH /case/{id}`)."""
        # An unknown case is a 404, whatever the body says.
        call = call_of(request)
        call.case_id = get_case_record(case_id=case_id).case.pk
        payload = self.payload(request)
        definitions = accepted_definitions(ObjectType.CASE)

        def read() -> CasePatch:
            return read_case_patch(payload, definitions)

        def act(patch: CasePatch) -> dict[str, Any]:
            actor = Actor.from_khoros(call.context)
            update_case(case_id=parse_case_id(case_id), patch=patch, actor=actor)
            record = get_case_record(case_id=case_id)
            return case_body(record.case, record.interactions, definitions)

        return self.answer_write(request, read=read, act=act, status=HTTP_200_OK)
