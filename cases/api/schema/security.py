"""The API key, as OpenAPI describes it (contract: Every request)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The `Authorization` header as the portal issues it, whole."""

    target_class = "cases.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "The header value that the portal issued: `Api-Key <key>`. The same key is "
                "accepted as `Bearer <key>` and bare."
            ),
        }
