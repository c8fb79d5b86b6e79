"""What every operation has in common."""

from collections.abc import Callable
from typing import Any, cast

import orjson
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from cases.api.call import call_of
from cases.errors import MalformedJSON
from cases.models import Integration
from cases.services.idempotency import KEY_HEADER, Answer, answer_once, identify

Act = Callable[[], dict[str, Any]]
"""Does what a call asks for and returns the body of its answer."""


class KhorosViewSet(ViewSet):
    """A view set of the contract: API key first, then the body, always JSON (see REST_FRAMEWORK)."""

    http_method_names = ["get", "head", "post", "patch"]

    def payload(self, request: Request) -> dict[str, Any]:
        """Return the JSON object in the body. Raises MalformedJSON where there is no body."""
        body = request.data
        if request.stream is None or not isinstance(body, dict):
            raise MalformedJSON("The body is empty. Send one JSON object.")
        return body

    def answer_write(self, request: Request, act: Act, *, status: int) -> Response:
        """Answer what `act` returns, or what it returned when this call came the first time.

        Contract: Retries make no duplicates.
        """
        call = call_of(request)
        identity = identify(
            integration=_integration(request),
            key=request.headers.get(KEY_HEADER, "").strip(),
            method=str(request.method),
            path=request.path_info.rstrip("/"),
            body=call.body,
        )
        answer = answer_once(
            identity=identity, act=lambda: Answer(status, orjson.dumps(act()).decode())
        )
        return Response(answer.body.encode(), status=answer.status)


def _integration(request: Request) -> Integration:
    # Authentication comes before every view, and it sets the integration.
    return cast(Integration, call_of(request).integration)
