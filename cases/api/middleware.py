"""The outermost layer: gives each request a reference and each API error its envelope."""

import contextvars
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cases.api.envelope import write_envelope

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_reference: contextvars.ContextVar[str] = contextvars.ContextVar("reference", default="-")
_ERROR = 400


class ReferenceFilter(logging.Filter):
    """Gives every log record the reference of the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.reference`; lets every record pass."""
        record.reference = _reference.get()
        return True


def envelope_middleware(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer in the envelope where Django itself refuses or fails on an API path.

    Outermost, so that it also sees what other middleware raised, which Django has turned into an
    answer by then.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        reference = secrets.token_hex(6)
        # Not reset afterwards: Django still logs the answer once the middleware is through.
        _reference.set(reference)
        response = get_response(request)
        if response.status_code < _ERROR or not is_api_path(request.path_info):
            return response
        if response.headers.get("Content-Type") == "application/json":
            return response
        if isinstance(response, HttpResponse):
            write_envelope(response, reference)
        return response

    return middleware


def is_api_path(path: str) -> bool:
    """Tell whether a path belongs to Khoros rather than to the back office."""
    prefix = f"/{settings.API_PREFIX}"
    first = path.strip("/").partition("/")[0]
    return path.startswith(prefix) and first not in {"", *settings.BACK_OFFICE_PATHS}


