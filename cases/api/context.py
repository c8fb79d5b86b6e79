"""Who acted in Khoros, from the `x-sf-*` headers (contract: Every request)."""

from django.http import HttpRequest
from rest_framework.request import Request

from cases.services.incoming import KhorosContext

_LENGTH = 255


def read_context(request: HttpRequest | Request) -> KhorosContext:
    """Return the context of a call; a missing or invalid header is never an error."""
    return KhorosContext(
        agent=_header(request, "HTTP_X_SF_USER_EMAIL") or _header(request, "HTTP_X_SF_EMAIL"),
        initiative=_header(request, "HTTP_X_SF_INITIATIVE"),
        company=_header(request, "HTTP_X_SF_COMPANY_ID"),
    )


def _header(request: HttpRequest | Request, name: str) -> str:
    # WSGI decodes headers as Latin-1; clients that send more than ASCII mean UTF-8.
    value = request.META.get(name, "").encode("latin-1", "replace").decode("utf-8", "replace")
    return "".join(character for character in value.strip() if character.isprintable())[:_LENGTH]
