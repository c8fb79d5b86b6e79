"""A line on which things go wrong: nothing is doubled, nothing is lost, and all of it is counted."""

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from cases.choices import CaseStatus, EventKind, Operation
from cases.models import Case, CaseEvent, Customer, Interaction, RecordedRequest
from devtools.khoros.calls import Answer, open_case
from devtools.khoros.client import KhorosClient
from devtools.khoros.expectations import has_case_once, is_case, is_refusal, is_same_as
from devtools.khoros.faults import spoil_call
from devtools.khoros.mishaps import Line, Mishaps
from devtools.khoros.player import play
from devtools.khoros.plots import Form, Plot, Plotter
from devtools.khoros.report import Report
from devtools.khoros.stories import tell
from tests.factories import issue_header

INTENDED = 50
STORIES = 30
DROPPED = 0.3
WORKERS = 4
POST = {"service": "twitter", "serviceId": "1"}


def plan(number: int) -> list[Plot]:
    return list(itertools.islice(Plotter(seed=3, now=datetime.now(UTC)).plots(), number))


def run(url: str, plots: list[Plot], mishaps: Mishaps) -> Report:
    """Play the plots and wait until the portal has answered also what no one waited for."""
    report = Report()
    with KhorosClient(url=url, auth=issue_header(), connections=WORKERS) as client:
        tellings = (
            (tell(plot), Line(client, mishaps, Form(), Random(index)))
            for index, plot in enumerate(plots)
        )
        for answers in play(tellings, rate=1000, workers=WORKERS):
            report.add(answers)
    patient_until = time.monotonic() + 30
    while RecordedRequest.objects.count() < report.calls and time.monotonic() < patient_until:
        time.sleep(0.05)
    assert RecordedRequest.objects.count() == report.calls
    return report


def assert_everything_happened_once(plots: list[Plot]) -> None:
    assert Case.objects.count() == len(plots)
    posts = [(post["service"], post["serviceId"]) for plot in plots for post in plot.posts]
    assert Counter(Interaction.objects.values_list("service", "service_id")) == Counter(posts)
    events = Counter(CaseEvent.objects.values_list("kind", flat=True))
    assert events[EventKind.CLOSED] == sum(plot.closes for plot in plots)
    assert events[EventKind.POSTS_ADDED] == sum(len(plot.batches) for plot in plots)
    assert not Case.objects.exclude(possible_duplicate_of=None).exists()


@pytest.mark.long
def test_lost_answers_and_repeats_leave_each_case_once(live_server: LiveServer) -> None:
    plots = plan(STORIES)
    report = run(live_server.url, plots, Mishaps(retries=DROPPED))
    assert report.unexpected == 0 and report.opened == STORIES
    assert_everything_happened_once(plots)
    asked = RecordedRequest.objects.filter(operation=Operation.OPEN_CASE).count()
    assert asked > STORIES * 1.15


@pytest.mark.long
def test_lost_patience_and_repeats_leave_each_case_once(live_server: LiveServer) -> None:
    plots = plan(STORIES)
    report = run(live_server.url, plots, Mishaps(retries=DROPPED, timeouts=DROPPED))
    assert report.unexpected == 0 and report.opened == STORIES
    assert_everything_happened_once(plots)


def test_faulty_calls_are_refused_and_leave_nothing(live_server: LiveServer) -> None:
    plots = plan(20)
    report = run(live_server.url, plots, Mishaps(faults=0.5))
    assert report.unexpected == 0 and report.opened == 20
    assert_everything_happened_once(plots)
    statuses = Counter(RecordedRequest.objects.values_list("status", flat=True))
    assert statuses[400] > 10 and statuses[422] > 3 and statuses[404] > 3


class DroppingClient:
    """Throws 30 % of the answers away, and repeats a call until it keeps one."""

    def __init__(self, url: str, auth: str, seed: int, *, keyed: bool) -> None:
        headers = {"Authorization": auth, "Content-Type": "application/json"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)
        self._rng, self._keyed, self.calls = Random(seed), keyed, 0

    def send(self, method: str, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if self._keyed else {}
        while True:
            answer = self._http.request(method, path, headers=headers, json=body)
            self.calls += 1
            assert answer.is_success, answer.text
            if self._rng.random() >= DROPPED:
                kept: dict[str, Any] = answer.json()
                return kept

    def work(self, number: int) -> None:
        """Make a customer, open a case, add a post and close it."""
        customer = self.send("POST", "customer", f"{number}-customer", {})
        post = {
            "created": "2026-01-05T10:00:00Z",
            "body": f"Post {number}",
            "linkUrl": "",
            "serviceId": f"{number}-1",
            "service": "twitter",
            "contentType": "post",
        }
        case = {
            "customerId": customer["id"] if self._keyed else f"customer-{number}",
            "title": f"Intended {number}",
            "interactions": [post],
        }
        opened = self.send("POST", "case", f"{number}-case", case)
        path, later = f"case/{opened['id']}", [post | {"serviceId": f"{number}-2"}]
        self.send("PATCH", path, f"{number}-post", {"interactions": later})
        self.send("PATCH", path, f"{number}-close", {"status": "closed"})


@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without a key"])
@pytest.mark.long
def test_a_client_that_drops_answers_gets_one_case_for_each_it_intends(
    live_server: LiveServer, keyed: bool
) -> None:
    auth = issue_header()

    def work(number: int) -> int:
        client = DroppingClient(live_server.url, auth, number, keyed=keyed)
        client.work(number)
        return client.calls

    with ThreadPoolExecutor(WORKERS) as pool:
        calls = sum(pool.map(work, range(INTENDED)))

    assert calls > 4 * INTENDED * 1.2
    titles = Counter(Case.objects.values_list("title", flat=True))
    assert titles == {f"Intended {number}": 1 for number in range(INTENDED)}
    assert set(Case.objects.values_list("status", flat=True)) == {CaseStatus.CLOSED}
    assert Interaction.objects.count() == 2 * INTENDED
    events = Counter(CaseEvent.objects.values_list("kind", flat=True))
    assert events == {EventKind.POSTS_ADDED: INTENDED, EventKind.CLOSED: INTENDED}
    # Without a key, equal bodies are one call: all ask for a customer without properties.
    assert Customer.objects.count() == (INTENDED if keyed else INTENDED + 1)


def test_a_call_is_spoiled_in_many_ways_and_keeps_its_key() -> None:
    case = plan(1)[0].case | {"customerId": "c"}
    call = open_case(case, agent="")
    rng = Random(1)
    spoiled = [spoil_call(call, Form(), rng) for _ in range(300)]
    assert len({one.about for one in spoiled}) > 20
    assert {status for one in spoiled for status in one.expected} == {400, 422}
    assert all(one.content != call.content and one.key == call.key for one in spoiled)


def make_case(case_id: str, *posts: dict[str, str]) -> dict[str, Any]:
    keys = ("number", "customerId", "title", "description", "url", "lastUpdated", "created")
    return dict.fromkeys(keys, "") | {"id": case_id, "status": "open", "interactions": list(posts)}


@pytest.mark.parametrize(
    ("problem", "check", "body"),
    [
        (
            "the case was opened twice",
            has_case_once("1", [("twitter", "1")], before=()),
            ["1", "2"],
        ),
        ("", has_case_once("1", [("twitter", "1")], before=("2",)), ["1", "2"]),
        ("the case is missing", has_case_once("3", [("twitter", "1")], before=()), ["1", "2"]),
    ],
)
def test_a_case_that_was_opened_twice_is_noticed(problem: str, check: Any, body: Any) -> None:
    found = check([make_case(case_id, POST) for case_id in body])
    assert found.startswith(problem) and bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("problem", "check", "body"),
    [
        ("a post is in the case twice", is_case([]), make_case("1", POST, POST)),
        ("a post is missing", is_case([("twitter", "2")]), make_case("1", POST)),
        ("another case", is_case([], case_id="2"), make_case("1")),
        ("status is not as it was sent", is_case([], values={"status": "closed"}), make_case("1")),
        ("a key of a case is missing", is_case([]), {"id": "1"}),
        ("not the first answer", is_same_as({"id": "1"}), {"id": "2"}),
        ("refused without", is_refusal("not_found", ""), {"detail": "Not found."}),
        ("the field at fault", is_refusal("x", "title"), {"error": "x", "message": "y"}),
    ],
)
def test_a_wrong_answer_is_noticed(problem: str, check: Any, body: Any) -> None:
    assert check(body).startswith(problem)


def test_the_report_tells_answers_apart() -> None:
    call = open_case({}, agent="")
    report = Report()
    for milliseconds in range(1, 21):
        report.add([Answer(call, 201, milliseconds / 1000, {"status": "open"})])
    report.add([Answer(call, 0, 30.0, problem="no answer", example="no answer within 30 s")])
    report.add([Answer(call, 0, 0.01, gave_up=True), Answer(call, 201, 0.02, {"status": "closed"})])
    shown = " ".join(report.text(seconds=2).split())
    assert (report.calls, report.opened, report.closed, report.unexpected) == (23, 21, 1, 1)
    assert "POST /case 23 none ×1, 201 ×21 1 22 1 11.0 ms 20.0 ms 30,000.0 ms" in shown
    assert "POST /case no answer 1 no answer within 30 s" in shown
    assert "21 of 22 cases opened, and 1 of them closed, in 2.0 s (11.5 calls a second)." in shown
