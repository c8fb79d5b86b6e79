"""Scripted agents who work cases in a running portal, and a sender of new cases.

Each keeps what the portal has acknowledged, so that it can be asked for at the end.
"""

import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from devtools.benchmarks.agent_pages import Form, form_with, read_forms

LIST = "/admin/cases/case/"
SEARCHES = ("refund", "suitcase wedding", "haldenair", "bording pass", "flight london")
_CASE = re.compile(rf'href="{LIST}(\d+)/change/')
_TIMEOUT = httpx.Timeout(60)
_BULK = 3


class Ledger:
    """What happened, from all threads: times by step, faults, and what was acknowledged."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.told: Counter[str] = Counter()
        self.faults: list[str] = []
        self.acts: list[dict[str, Any]] = []
        self.cases: list[tuple[int, str]] = []
        self._lock = threading.Lock()

    def add(self, step: str, seconds: float) -> None:
        """Keep how long a call took."""
        with self._lock:
            self.times[step].append(seconds * 1000)

    def tell(self, step: str) -> None:
        """Count an act that the portal refused with a reason, as it should."""
        with self._lock:
            self.told[step] += 1

    def fault(self, text: str) -> None:
        """Keep what should not have happened."""
        with self._lock:
            self.faults.append(text)

    def acknowledge(self, **act: Any) -> None:
        """Keep an act that the portal said it has done."""
        with self._lock:
            self.acts.append(act)

    def opened(self, case_id: int, title: str) -> None:
        """Keep a case that the portal said it has stored."""
        with self._lock:
            self.cases.append((case_id, title))


class Agent:
    """A member of staff with a browser, who works one case after the other."""

    def __init__(
        self, url: str, person: dict[str, Any], shared: list[int], ledger: Ledger, pause: float
    ) -> None:
        self.person, self.shared, self.ledger, self.pause = person, shared, ledger, pause
        self.chance = random.Random(person["username"])
        self.client = httpx.Client(base_url=url, timeout=_TIMEOUT)
        self.number = 0

    def work(self, until: float) -> None:
        """Sign in, and work until that moment of the monotonic clock."""
        self._sign_in()
        while time.monotonic() < until:
            try:
                self._work_a_case()
            except (httpx.HTTPError, LookupError) as problem:
                self.ledger.fault(f"{self.person['username']}: {problem!r}")
        self.client.close()

    def _sign_in(self) -> None:
        page = self._get("sign in", "/admin/login/")
        form = next(form for form in read_forms(page) if "password" in dict(form.values))
        data = form.filled(username=self.person["username"], password=self.person["password"])
        answer = self._send("sign in", "/admin/login/?next=/admin/", data)
        if answer.status_code != httpx.codes.FOUND:
            raise LookupError(f"{self.person['username']} could not sign in")

    def _work_a_case(self) -> None:
        listed = [int(key) for key in _CASE.findall(self._get("case list", LIST))]
        if not listed:
            raise LookupError("the case list shows no case")
        # Some cases are everyone's, so that people meet on them.
        case_id = self.chance.choice(self.shared if self.chance.random() < 0.4 else listed)
        self._get("search", f"{LIST}?q={self.chance.choice(SEARCHES)}")
        acts = [self._note, self._assign, self._tag, self._change_field]
        self.chance.shuffle(acts)
        for act in acts:
            act(case_id)
        if self.chance.random() < 0.5:
            self._close(case_id)
        if self.chance.random() < 0.2:
            self._close_several(listed)

    def _note(self, case_id: int) -> None:
        self._act(case_id, "add note", "add_note", "note", note=self._new("note"))

    def _assign(self, case_id: int) -> None:
        if self.chance.random() < 0.5:
            self._act(case_id, "assign", "assign_me", "", username=self.person["username"])
        else:
            key = str(self.person["id"])
            self._act(case_id, "assign", "assign", "", assignee=key)

    def _tag(self, case_id: int) -> None:
        name = f"{self.chance.choice(('hot', 'calm'))} {self.person['username']}"
        self._act(case_id, "tag", "add_tags", "tags", tags=name)

    def _change_field(self, case_id: int) -> None:
        name = f"property-{self.person['field']}"
        self._act(case_id, "change a field", "save", name, **{name: self._new("value")})

    def _close(self, case_id: int) -> None:
        self._act(case_id, "close", "close", "resolution", resolution=self._new("resolution"))

    def _act(self, case_id: int, step: str, button: str, name: str, **typed: str) -> None:
        """Open the page of a case, fill the form of a button and send it, as a person does."""
        address = f"{LIST}{case_id}/change/"
        page = self._get("case page", address)
        form = form_with(page, button)
        if form is None:
            # Mine already, or closed by someone else.
            return self.ledger.tell(step)
        inputs = {key: value for key, value in typed.items() if key != "username"}
        self._think()
        answer = self._send(step, address, form.filled(button, **inputs))
        if answer.status_code == httpx.codes.FOUND:
            self.ledger.acknowledge(
                case=case_id, act=button, who=self.person["username"], typed=typed.get(name, "")
            )
        elif answer.status_code == httpx.codes.OK:
            self.ledger.tell(step)
        return None

    def _close_several(self, listed: list[int]) -> None:
        """Tick a few cases of the list and close them together."""
        page = self._get("case list", LIST)
        ticked = self.chance.sample(listed, min(_BULK, len(listed)))
        token = _token(page)
        chosen = {"_selected_action": [str(key) for key in ticked], "csrfmiddlewaretoken": token}
        asked = self._send("bulk close", LIST, {**chosen, "action": "close_selected"})
        form = form_with(asked.text, "begin")
        if form is None:
            raise LookupError(f"bulk work asks for nothing: {asked.status_code}")
        resolution = self._new("bulk")
        data = form.filled("begin", **{"with-resolution": resolution})
        answer = self._send("bulk close", form.action, data)
        if answer.status_code != httpx.codes.FOUND:
            self.ledger.fault(f"bulk work was answered with {answer.status_code}")
            return
        for case_id in ticked:
            self.ledger.acknowledge(
                case=case_id, act="bulk", who=self.person["username"], typed=resolution
            )

    def _get(self, step: str, address: str) -> str:
        self._think()
        with self._timed(step):
            answer = self.client.get(address)
        self._check(step, answer)
        return answer.text

    def _send(self, step: str, address: str, data: dict[str, Any]) -> httpx.Response:
        with self._timed(step):
            answer = self.client.post(address, data=data)
        self._check(step, answer)
        return answer

    def _check(self, step: str, answer: httpx.Response) -> None:
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            self.ledger.fault(f"{step}: {answer.request.method} {answer.url} {answer.status_code}")

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.ledger.add(step, time.perf_counter() - began)

    def _think(self) -> None:
        time.sleep(self.pause * self.chance.uniform(0.5, 1.5))

    def _new(self, kind: str) -> str:
        """Return a text that no one else types."""
        self.number += 1
        return f"{kind} {self.number} of {self.person['username']}"


class Sender:
    """Posts new cases at a steady rate, whatever the answers take."""

    def __init__(self, url: str, header: str, rate: float, ledger: Ledger) -> None:
        self.url, self.rate, self.ledger = url, rate, ledger
        self.client = httpx.Client(
            base_url=url, headers={"Authorization": header}, timeout=_TIMEOUT
        )
        self.sent = 0

    def work(self, until: float) -> None:
        """Post until that moment of the monotonic clock, and wait for the last answers."""
        began = time.monotonic()
        answers: list[Future[None]] = []
        with ThreadPoolExecutor(16) as pool:
            while (now := time.monotonic()) < until:
                due = int((now - began) * self.rate) - self.sent
                for _ in range(due):
                    self.sent += 1
                    answers.append(pool.submit(self._post, self.sent))
                time.sleep(0.01)
        for answer in answers:
            answer.result()
        self.client.close()

    def _post(self, number: int) -> None:
        title = f"Sent while people work, number {number}"
        began = time.perf_counter()
        try:
            answer = self.client.post("/case", json=_case(number, title))
        except httpx.HTTPError as problem:
            self.ledger.fault(f"POST /case: {problem!r}")
            return
        self.ledger.add("POST /case", time.perf_counter() - began)
        if not answer.is_success:
            self.ledger.fault(f"POST /case: {answer.status_code} {answer.text[:200]}")
            return
        self.ledger.opened(int(answer.json()["id"]), title)


def run(workers: list[Callable[[float], None]], seconds: float) -> None:
    """Let everyone work at once, and return when the last one is done."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(work, until) for work in workers]:
            done.result()


def _token(page: str) -> str:
    forms: list[Form] = read_forms(page)
    tokens = (dict(form.values).get("csrfmiddlewaretoken") for form in forms)
    return next(token for token in tokens if token)


def _case(number: int, title: str) -> dict[str, Any]:
    author = number % 400
    return {
        "customerId": f"sent-{author}",
        "title": title,
        "interactions": [
            {
                "service": "twitter",
                "serviceId": f"sent-{number}",
                "contentType": "post",
                "body": f"Where is my suitcase? I ask for the {number}th time 🧳",
                "linkUrl": f"https://twitter.com/sent_{author}/status/{number}",
                "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "author": {
                    "service": "twitter",
                    "serviceId": f"sent-{author}",
                    "handle": f"sent_{author}",
                    "name": f"Sender {author}",
                    "brandOwned": False,
                },
            }
        ],
    }
