"""The strict JSON parser (contract: The error envelope, `malformed_json`; Bounds)."""

import json
import sys
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from cases.api.call import call_of
from cases.errors import MalformedJSON, PayloadTooLarge
from cases.services.requests import MAX_BYTES

MAX_NESTING = 32
MAX_DIGITS = sys.int_info.default_max_str_digits


class StrictJSONParser(BaseParser):
    """Parses one JSON object, and refuses what RFC 8259 leaves open: see `parse_object`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the object in `stream`. Raises PayloadTooLarge past 5 MiB, MalformedJSON."""
        if parser_context:
            _refuse_encoded(parser_context["request"])
        body = stream.read(MAX_BYTES + 1)
        if parser_context:
            call_of(parser_context["request"]).body = body
        if len(body) > MAX_BYTES:
            raise PayloadTooLarge(
                f"The request is larger than {MAX_BYTES // 1024 // 1024} MiB. "
                "Send fewer posts with the case and add the others afterwards."
            )
        return parse_object(body)


def _refuse_encoded(request: Request) -> None:
    """Raise UnsupportedMediaType for a body that is compressed (RFC 9110, 8.4: 415)."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise UnsupportedMediaType(encoding)


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that `body` is.

    Raises MalformedJSON where it is not UTF-8 or not one JSON object, where an object has a key
    twice, a number is not finite or too long to hold, or nesting goes over 32.
    """
    try:
        # A byte order mark at the beginning is nothing (contract: What is repaired).
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MalformedJSON(f"The body is not UTF-8 (at byte {problem.start}).") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object_without_doubles,
            parse_constant=_refuse_constant,
            parse_float=_finite_float,
            parse_int=_readable_int,
        )
    except RecursionError:
        raise MalformedJSON(_TOO_DEEP) from None
    except ValueError as problem:
        raise MalformedJSON(_describe(problem)) from None
    if not isinstance(value, dict):
        raise MalformedJSON("The body is not a JSON object.")
    _refuse_deep_nesting(value)
    return value


_TOO_DEEP = f"The body is nested deeper than {MAX_NESTING} levels."


def _describe(problem: ValueError) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return (
            f"The body is not JSON: {problem.msg} (line {problem.lineno}, column {problem.colno})."
        )
    return f"The body is not JSON: {problem}."


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite_float(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return value


def _readable_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number is too large")
    return int(digits)


def _refuse_deep_nesting(value: dict[str, Any]) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_NESTING):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise MalformedJSON(_TOO_DEEP)
