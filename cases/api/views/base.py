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

    def answer_write(
        self,
        request: Request,
        *,
        read: Callable[[], Read],
        act: Callable[[Read], dict[str, Any]],
        status: int,
    ) -> Response:
        """Answer what `act` makes of what `read` has checked, or what it answered the first time.

        Contract: Retries make no duplicates.
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
        answer = answer_once(
            identity=identity,
            read=read,
            act=lambda checked: Answer(status, orjson.dumps(act(checked)).decode()),
        )
        return Response(answer.body.encode(), status=answer.status)


def _path(request: Request) -> str:
    """Return the address of a call; a slash at its end may be a part of a customer's id."""
    return request.path_info.rstrip("/") if request.method == "POST" else request.path_info


def _integration(request: Request) -> Integration:
    # Authentication comes before every view, and it sets the integration.
    return cast(Integration, call_of(request).integration)
