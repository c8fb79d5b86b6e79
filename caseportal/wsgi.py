"""The WSGI entry point that the server loads."""

import gc
import os
import sys
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caseportal.settings")


def accept_chunked(application: WSGIApplication) -> WSGIApplication:
    """Let `application` read chunked bodies, which many HTTP clients send.

    Django reads nothing without a `Content-Length` (RFC 9112, 6.3: chunked bodies have none). If the
    server says that its input ends by itself, any length that is large enough works.
    """

    def read_to_the_end(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        is_chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
        ends_by_itself = environ.get("wsgi.input_terminated")
        if is_chunked and ends_by_itself and not environ.get("CONTENT_LENGTH"):
            environ["CONTENT_LENGTH"] = str(sys.maxsize)
        return application(environ, start_response)

    return read_to_the_end


def load_all() -> None:
    """Load what the first request would load, and exclude it from garbage collection.

    It all lives as long as the process; scanning it in each collection used to delay a request by
    about 80 ms now and then.
    """
    get_resolver().url_patterns  # noqa: B018 - imports the views
    gc.collect()
    gc.freeze()


application = accept_chunked(get_wsgi_application())
load_all()
