"""Calls as Khoros makes them, each recorded with its exact request and response."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from cases.selectors.requests import CHECK_USER_AGENT

TIMEOUT_SECONDS = 10.0
_HIDDEN = "(the header value of the integration)"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response; without a response, `status` is None and `error` says why.

    `headers` are those of the request, with the secret hidden. `duration_ms` is the time until
    the whole response was read.
    """

    method: str
    url: str
    headers: dict[str, str]
    request_body: str
    status: int | None
    answer_headers: dict[str, str]
    answer_body: str
    duration_ms: int
    error: str = ""

    @property
    def json(self) -> Any:
        """The response as JSON; None if it isn't JSON."""
        try:
            return json.loads(self.answer_body)
        except ValueError:
            return None


@dataclass(slots=True)
class KhorosClient:
    """An HTTP client that sends what the vendor's own example client sends."""

    base_url: str
    auth: str
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)
    )

    def call(
        self,
        method: str,
        path: str,
        payload: Any = None,
        *,
        authorized: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Exchange:
        """Make a call and return it with its response, or the reason why there is none."""
        request_headers = {
            "Accept": "text/plain",
            "Content-Type": "application/json",
            "User-Agent": CHECK_USER_AGENT,
            "x-sf-user-email": "contract-check@example.com",
            **(headers or {}),
        }
        body = "" if payload is None else json.dumps(payload, ensure_ascii=False, indent=2)
        url = f"{self.base_url.rstrip('/')}{path}"
        secret = {"Authorization": self.auth} if authorized else {}
        started = time.perf_counter()
        status, answer_headers, answer, error = None, {}, "", ""
        try:
            response = self.http.request(
                method, url, content=body.encode() or None, headers=request_headers | secret
            )
            status, answer = response.status_code, response.text
            answer_headers = dict(response.headers)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        return Exchange(
            method=method,
            url=url,
            headers=request_headers | ({"Authorization": _HIDDEN} if authorized else {}),
            request_body=body,
            status=status,
            answer_headers=answer_headers,
            answer_body=answer,
            duration_ms=round((time.perf_counter() - started) * 1000),
            error=error,
        )
