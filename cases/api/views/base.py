"""What every operation has in common."""

from typing import Any

from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from cases.errors import MalformedJSON


class KhorosViewSet(ViewSet):
    """A view set of the contract: API key first, then the body, always JSON (see REST_FRAMEWORK)."""

    http_method_names = ["get", "head", "post", "patch"]

    def payload(self, request: Request) -> dict[str, Any]:
        """Return the JSON object in the body. Raises MalformedJSON where there is no body."""
        body: dict[str, Any] = request.data
        if request.stream is None:
            raise MalformedJSON("The body is empty. Send one JSON object.")
        return body
