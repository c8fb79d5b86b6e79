"""What every operation has in common."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import orjson
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from cases.api.call import call_of
from cases.errors import MalformedJSON
from cases.models import Integration
from cases.services.idempotency import KEY_HEADER, Answer, answer_once, identify

Read = TypeVar("Read")


class KhorosViewSet(ViewSet):
    """A view set of the contract: API key first, then the body, always JSON (see REST_FRAMEWORK)."""

    http_method_names = ["get", "head", "post", "patch"]

    def payload(self, request: Request) -> dict[str, Any]:
        """Return the JSON object in the body. Raises MalformedJSON where there is no body."""
        body = request.data
        if request.stream is None or not isinstance(body, dict):
            raise MalformedJSON("The body is empty. Send one JSON object.")
        return body

    def write_once(
        self, request: Request, *, read: Callable[[], Read], write: Callable[[Read], Answer]
    ) -> Answer:
        """Return what `write` answers to what `read` has checked, or the first answer to a repeat.

        Raises what the two raise. Contract: Retries make no duplicates.
        """
        call = call_of(request)
        identity = identify(
            integration=_integration(request),
            key=request.headers.get(KEY_HEADER, "").strip(),
            method=str(request.method),
            path=_path(request),
            body=call.body,
            replay_of=call.replay_of.pk if call.replay_of else None,
        )
        return answer_once(identity=identity, read=read, write=write)


def make_answer(status: int, body: dict[str, Any], case_id: int | None = None) -> Answer:
    """Return an answer with its body as JSON text: as it is sent now, and to a repeat."""
    return Answer(status, orjson.dumps(body).decode(), case_id)


def respond(answer: Answer) -> Response:
    """Return the response that sends an answer as it is."""
    return Response(answer.body.encode(), status=answer.status)


def _path(request: Request) -> str:
    """Return the address of a call as any spelling of it has it; a customer's id is left as it is."""
    path = request.path_info
    return f"/{'/'.join(filter(None, path.split('/')))}" if request.method == "POST" else path


def _integration(request: Request) -> Integration:
    # Authentication comes before every view, and it sets the integration.
    return cast(Integration, call_of(request).integration)
