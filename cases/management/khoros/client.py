"""The HTTP side: sends calls with the headers that Khoros sends."""

import ipaddress
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx
import orjson

from cases.management.khoros.calls import NO_ANSWER, Answer, Call

TIMEOUT_SECONDS = 30
COMPANY_ID, INITIATIVE_ID = "318", "4211"
_SHOWN = 160


class KhorosClient:
    """Sends calls to one portal; any number of threads may share it. A context manager."""

    def __init__(self, *, url: str, auth: str, connections: int) -> None:
        """Take the portal's address and the whole `Authorization` value.

        `connections` is how many may be open at once. Raises httpx.InvalidURL.
        """
        self._http = httpx.Client(
            base_url=url,
            headers={
                "Authorization": auth,
                # As the vendor's own example client asks, although it expects JSON.
                "Accept": "text/plain",
                "x-sf-initiative": INITIATIVE_ID,
                "x-sf-company-id": COMPANY_ID,
            },
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            # A proxy of the environment doesn't lead to a portal on this very machine.
            trust_env=not _is_this_machine(url),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def send(self, call: Call) -> Answer:
        """Send a call, once, and return the answer, also where there was none (`NO_ANSWER`)."""
        headers = {"x-sf-user-email": call.agent} if call.agent else {}
        if call.content:
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        try:
            response = self._http.request(
                call.method, call.path, content=call.content or None, headers=headers
            )
        except httpx.TimeoutException:
            return _no_answer(call, began, "timeout", f"no answer within {TIMEOUT_SECONDS} s")
        except httpx.HTTPError as problem:
            return _no_answer(call, began, "connection", str(problem) or type(problem).__name__)
        return _read(call, response, time.perf_counter() - began)


def _is_this_machine(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_answer(call: Call, began: float, error: str, message: str) -> Answer:
    return Answer(call, NO_ANSWER, time.perf_counter() - began, {}, error, printable(message))


def _read(call: Call, response: httpx.Response, seconds: float) -> Answer:
    body = _object(response)
    error = message = ""
    if response.is_success and not body:
        error, message = "not the contract", "the answer is no JSON object"
    elif not response.is_success:
        error = str(body.get("error") or "no envelope")
        message = str(body.get("message") or response.text or response.reason_phrase)
    return Answer(call, response.status_code, seconds, body, printable(error), printable(message))


def _object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def printable(text: str) -> str:
    """Return `text` short and on one line, with nothing that a terminal would act upon."""
    line = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(line.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
