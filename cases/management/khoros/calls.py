"""What a story asks the portal, and what the portal answered."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

NO_ANSWER = 0
"""The status of a call that got no HTTP answer at all."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; `path` is relative to the portal's address, `agent` an e-mail address."""

    operation: str
    method: str
    path: str
    expected_status: int
    content: bytes = b""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a call, after how many seconds.

    `body` is the JSON object that was answered, `{}` where it was none. `error` and `message` are
    the envelope's, or say in its place what went wrong; both are `""` where all is well.
    """

    call: Call
    status: int
    seconds: float
    body: Mapping[str, Any]
    error: str = ""
    message: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether this is the answer that the story is told for."""
        return self.status == self.call.expected_status and not self.error


Story = Generator[Call, Answer, None]
"""Yields one call after the other and is sent the answer to each, so that a later call may
depend on an earlier answer."""


OPEN_CASE = "POST /case"


def open_case(payload: Mapping[str, Any], *, agent: str) -> Call:
    """Return the call that opens a case (contract: `POST /case`)."""
    return Call(OPEN_CASE, "POST", "case", 201, orjson.dumps(payload), agent)


def read_definitions(object_type: str) -> Call:
    """Return the call that asks for the custom fields (contract: `GET /meta/object/{type}`)."""
    path = f"meta/object/{object_type}"
    return Call(f"GET /{path}", "GET", path, 200)
