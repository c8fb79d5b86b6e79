"""Operations on cases."""

from collections.abc import Mapping
from functools import partial

import orjson
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED

from cases.api.call import call_of
from cases.api.schema import operations
from cases.api.serializers.case_input import read_case_patch, read_new_case
from cases.api.serializers.case_output import case_body
from cases.api.views.base import KhorosViewSet, make_answer, respond
from cases.choices import ObjectType
from cases.properties.types import Definition
from cases.selectors.properties import accepted_definitions
from cases.selectors.records import get_case_record, parse_case_id
from cases.services.cases import open_case, update_case
from cases.services.idempotency import Answer
from cases.services.incoming import Actor, CasePatch, NewCase
from cases.services.requests import Call


class CaseViewSet(KhorosViewSet):
    """`/case` and `/case/{id}`."""

    @operations.open_case
    def create(self, request: Request) -> Response:
        """Open a case (contract: `POST /case`)."""
        call, definitions = call_of(request), accepted_definitions(ObjectType.CASE)
        answer = self.write_once(
            request,
            read=partial(read_new_case, self.payload(request), definitions),
            write=partial(_open_case, call, definitions),
        )
        # Only now is the case on disk; a repeat's answer names the first one's case.
        call.case_id = answer.case_id or int(orjson.loads(answer.body)["id"])
        return respond(answer)

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
        definitions = accepted_definitions(ObjectType.CASE)
        answer = self.write_once(
            request,
            read=partial(read_case_patch, self.payload(request), definitions),
            write=partial(_update_case, call, definitions, case_id),
        )
        return respond(answer)


def _open_case(call: Call, definitions: Mapping[str, Definition], new: NewCase) -> Answer:
    opened = open_case(new=new, context=call.context, integration=call.integration)
    body = case_body(opened.case, opened.interactions, definitions)
    return make_answer(HTTP_201_CREATED, body, opened.case.pk)


def _update_case(
    call: Call, definitions: Mapping[str, Definition], case_id: str, patch: CasePatch
) -> Answer:
    actor = Actor.from_khoros(call.context)
    update_case(case_id=parse_case_id(case_id), patch=patch, actor=actor)
    record = get_case_record(case_id=case_id)
    return make_answer(HTTP_200_OK, case_body(record.case, record.interactions, definitions))
