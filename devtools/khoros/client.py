"""The HTTP side: sends calls with the headers that Khoros sends."""

import ipaddress
import time
from types import TracebackType
from typing import Any, Self

import httpx
import orjson

from devtools.khoros.calls import NO_ANSWER, Answer, Call, Purpose

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

    def send(self, call: Call, *, patience: float | None = None) -> Answer:
        """Send a call, once, and return the answer, also where there was none (`NO_ANSWER`).

        `patience` is for how many seconds to wait for the answer before giving up on purpose.
        """
        timeout = httpx.Timeout(TIMEOUT_SECONDS, read=patience or TIMEOUT_SECONDS)
        began = time.perf_counter()
        try:
            response = self._http.request(
                call.method,
                call.path,
                content=call.content or None,
                headers=_headers(call),
                timeout=timeout,
            )
        except httpx.TimeoutException as problem:
            gave_up = patience is not None and isinstance(problem, httpx.ReadTimeout)
            return _no_answer(call, began, f"no answer within {TIMEOUT_SECONDS} s", gave_up=gave_up)
        except httpx.HTTPError as problem:
            return _no_answer(call, began, str(problem) or type(problem).__name__)
        return _read(call, response, time.perf_counter() - began)


def _headers(call: Call) -> dict[str, str]:
    headers = {
        "x-sf-user-email": call.agent,
        "Idempotency-Key": call.key,
        "Content-Type": "application/json" if call.content else "",
    }
    return {name: value for name, value in headers.items() if value}


def _is_this_machine(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_answer(call: Call, began: float, message: str, *, gave_up: bool = False) -> Answer:
    return Answer(
        call,
        NO_ANSWER,
        time.perf_counter() - began,
        problem="" if gave_up else _about(call, "no answer"),
        example=printable(message),
        gave_up=gave_up,
    )


def _read(call: Call, response: httpx.Response, seconds: float) -> Answer:
    try:
        body, problem = _json(response), ""
    except orjson.JSONDecodeError:
        body, problem = None, "the answer is no JSON"
    if response.status_code not in call.expected:
        error = body.get("error") if isinstance(body, dict) else None
        problem = f"answered {response.status_code} {error or ''}".strip()
    elif response.content and response.headers.get("Content-Type") != "application/json":
        problem = "the answer is not called JSON"
    problem = problem or call.check(body)
    return Answer(
        call,
        response.status_code,
        seconds,
        body,
        problem=_about(call, printable(problem)) if problem else "",
        example=_example(response, body) if problem else "",
    )


def _json(response: httpx.Response) -> Any:
    return orjson.loads(response.content) if response.content else None


def _about(call: Call, problem: str) -> str:
    return f"{call.about or call.purpose}: {problem}" if call.purpose != Purpose.STORY else problem


def _example(response: httpx.Response, body: Any) -> str:
    message = body.get("message") if isinstance(body, dict) else None
    return printable(str(message or response.text or response.reason_phrase))


def printable(text: str) -> str:
    """Return `text` short and on one line, with nothing that a terminal would act upon."""
    line = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(line.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
