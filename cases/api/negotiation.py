"""Answers are JSON whatever `Accept` says, and so are bodies under several names (contract)."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

JSON_TYPES = frozenset({"", "application/json", "text/json", "text/plain"})
"""Media types of a body that may be JSON, beside `application/…+json` (contract: What is repaired)."""


class AlwaysJSON(DefaultContentNegotiation):
    """Never answers 406: the first renderer it is, always; a body that may be JSON is parsed as such."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return the first parser, or None for a media type that isn't JSON (415)."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        structured = media_type.startswith("application/") and media_type.endswith("+json")
        return next(iter(parsers)) if structured or media_type in JSON_TYPES else None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer and its media type."""
        first = next(iter(renderers))
        return first, first.media_type


class JSONRenderer(BaseRenderer):
    """Renders plain dictionaries, lists and strings as UTF-8 JSON."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return `data` as JSON; bytes are JSON already, and None is the empty body of a 204."""
        if data is None or isinstance(data, bytes):
            return data or b""
        return orjson.dumps(data)
