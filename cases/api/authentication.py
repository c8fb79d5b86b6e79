"""Authentication by the API key in the `Authorization` header (contract: Every request)."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from cases.api.call import call_of
from cases.api.context import read_context
from cases.models import ApiKey
from cases.selectors.api_keys import find_active_key
from cases.services.api_keys import SCHEME, record_use

_SCHEMES = {SCHEME.lower(), "bearer"}


class ApiKeyAuthentication(BaseAuthentication):
    """Accepts `Api-Key <key>`, `Bearer <key>` and the bare key; anything else is a 401."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey | None]:
        """Return no user and the key.

        Raises AuthenticationFailed if the header is absent, or its key is unknown, revoked or
        expired: nothing in the API is public.
        """
        call = call_of(request)
        call.context = read_context(request)
        if call.replay_of is not None:
            # A replay by a member of staff: only the portal itself can set this.
            return AnonymousUser(), None
        header = authorization(request)
        if not header:
            raise AuthenticationFailed(
                "The Authorization header is missing. Send the header value that the portal "
                "issued for this integration."
            )
        key = key_of(header)
        if key is None:
            raise AuthenticationFailed(
                "The portal does not accept this Authorization header. Its key is unknown, "
                "revoked or expired; an administrator of the portal can issue another."
            )
        record_use(key=key)
        call.integration = key.integration
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` header, which makes the answer a 401 and not a 403."""
        return f'{SCHEME} realm="Case Portal"'


def authorization(request: HttpRequest | Request) -> str:
    """Return the value of the `Authorization` header, `""` if there is none."""
    return str(request.META.get("HTTP_AUTHORIZATION", "")).strip()


def key_of(header: str) -> ApiKey | None:
    """Return the active key in a header value, with or without its scheme; None if there is none."""
    scheme, _, rest = header.partition(" ")
    return find_active_key(rest.strip() if scheme.lower() in _SCHEMES else header)
