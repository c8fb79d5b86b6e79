"""The contract console and `manage.py check_contract`, against a real server."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pytest_django.live_server_helper import LiveServer

from caseportal.urls import urlpatterns
from cases.api.views.cases import CaseViewSet
from cases.choices import ObjectType, Operation, PropertyType
from cases.contract_check import run_contract_check
from cases.models import (
    ApiKey,
    Author,
    Case,
    Customer,
    Integration,
    RecordedRequest,
    StoredAnswer,
)
from cases.services.check_data import (
    KEY_LASTS,
    STALE,
    remove_check_data,
    temporary_check_key,
)
from cases.services.requests import prune_requests
from tests.factories import CustomPropertyFactory, administrator, issue_header

pytestmark = pytest.mark.django_db(transaction=True)

CONSOLE = "/admin/cases/recordedrequest/console/"


def check(*arguments: str) -> str:
    """Run the command and return what it printed. Raises CommandError where the check is red."""
    out = StringIO()
    call_command("check_contract", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def staff() -> Client:
    """Return a client that is logged in as an administrator."""
    client = Client()
    client.force_login(administrator())
    return client


@contextmanager
def serving(answer: str) -> Iterator[str]:
    """Serve the same answer to every call; yield the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def nothing_is_left() -> bool:
    """Tell whether no row of a check is in the database."""
    models = (ApiKey, Author, Case, Customer, Integration, RecordedRequest, StoredAnswer)
    return not any(model.objects.exists() for model in models)


@pytest.mark.parametrize("searchable", [False, True])
def test_the_check_is_green_and_leaves_nothing(live_server: LiveServer, searchable: bool) -> None:
    CustomPropertyFactory.create(
        object_type=ObjectType.CUSTOMER, name="email", searchable=searchable
    )
    printed = check("--url", live_server.url)
    assert "All steps passed." in printed
    for operation in Operation:
        assert operation.value in printed
    assert nothing_is_left()


def test_the_check_fills_in_what_is_required_to_close(live_server: LiveServer) -> None:
    for number, kind in enumerate(PropertyType):
        is_list = kind == PropertyType.SINGLE_SELECT_LIST
        CustomPropertyFactory.create(
            name=f"needed{number}",
            type=kind,
            required_to_close=True,
            list_values=[{"name": "Gold", "value": "au"}] if is_list else [],
        )
    assert "All steps passed." in check("--url", live_server.url)
    assert nothing_is_left()


def test_with_a_key_of_ones_own_it_leaves_one_closed_case(live_server: LiveServer) -> None:
    assert "All steps passed." in check("--url", live_server.url, "--auth", issue_header())
    assert [case.is_open for case in Case.objects.all()] == [False]


def test_it_is_red_and_names_the_step_where_the_key_is_wrong(live_server: LiveServer) -> None:
    with pytest.raises(CommandError, match="An agent opens a case"):
        check("--url", live_server.url, "--auth", "Api-Key wrong")


def test_it_is_red_where_nothing_answers() -> None:
    with pytest.raises(CommandError, match="Failed in 16 steps"):
        check("--url", "http://127.0.0.1:9")
    assert nothing_is_left()


@override_settings(ROOT_URLCONF="tests.admin.broken_urls")
def test_it_is_red_where_one_operation_is_broken(live_server: LiveServer) -> None:
    with pytest.raises(CommandError) as raised:
        check("--url", live_server.url)
    assert str(raised.value) == (
        "Failed in 1 step: The customer's cases are listed (GET /customer/{id}/cases)"
    )


@override_settings(ROOT_URLCONF="tests.admin.broken_opening")
def test_a_check_that_opens_no_case_leaves_no_customer(live_server: LiveServer) -> None:
    with pytest.raises(CommandError, match="An agent opens a case"):
        check("--url", live_server.url)
    assert nothing_is_left()


@pytest.mark.parametrize(
    "answer",
    [
        *("[1]", '"x"', "{}", "null", '{"error": "x", "fields": null}'),
        '{"name": "customer", "fields": null}',
        '{"name": "case", "fields": [1]}',
        '{"name": "customer", "fields": [{"name": "a"}]}',
    ],
)
def test_an_answer_of_any_shape_is_a_fault_of_its_step(answer: str) -> None:
    with serving(answer) as url, pytest.raises(CommandError, match="Failed in 16 steps"):
        check("--url", url)
    assert nothing_is_left()


def test_what_a_killed_check_leaves_behind_ends_by_itself(live_server: LiveServer) -> None:
    # Nothing after the last step is carried out, as where the process was killed.
    killed = temporary_check_key()
    header = killed.__enter__()
    list(run_contract_check(base_url=live_server.url, auth=header))
    key = ApiKey.objects.get()
    assert key.expiry_date is not None
    assert key.expiry_date - timezone.now() <= KEY_LASTS
    prune_requests()
    assert Case.objects.exists()
    long_ago = timezone.now() - 2 * STALE
    Case.objects.update(created=long_ago)
    Customer.objects.update(created=long_ago)
    RecordedRequest.objects.update(at=long_ago)
    Integration.objects.update(created=long_ago)
    ApiKey.objects.update(expiry_date=long_ago)
    prune_requests()
    assert nothing_is_left()
    del killed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_check_that_is_stopped_awaits_its_call_and_cleans_up(
    live_server: LiveServer, number: signal.Signals
) -> None:
    answered = []

    def stop_and_answer(request: HttpRequest) -> HttpResponseBase:
        os.kill(os.getpid(), number)
        time.sleep(0.3)
        response = CaseViewSet.as_view({"post": "create"})(request)
        answered.append(response.status_code)
        return response

    urls = (path("case", csrf_exempt(stop_and_answer), name="/case"), *urlpatterns)
    with override_settings(ROOT_URLCONF=urls), pytest.raises(CommandError, match="stopped"):
        check("--url", live_server.url)
    assert answered == [201]
    assert nothing_is_left()


def test_the_console_runs_the_check_and_shows_each_exchange(live_server: LiveServer) -> None:
    client = staff()
    with override_settings(PORTAL_URL=live_server.url):
        html = client.post(CONSOLE).content.decode()
    assert "All 16 steps passed" in html
    assert "POST " + live_server.url + "/case" in html
    assert "(the header value of the integration)" in html
    assert nothing_is_left()


def test_the_console_says_when_an_operation_was_last_called() -> None:
    client = staff()
    assert client.get(CONSOLE).content.decode().count("not called yet") == 10
    Client(headers={"Authorization": issue_header()}).get("/meta/object/case")
    html = client.get(CONSOLE).content.decode()
    assert html.count("not called yet") == 9
    assert ">200<" in html


def test_data_of_any_other_integration_is_never_removed() -> None:
    issue_header("Khoros")
    with pytest.raises(ValueError, match="Khoros"):
        remove_check_data(integration=Integration.objects.get(), before=timezone.now())


def test_a_key_for_checks_leaves_nothing_for_long(live_server: LiveServer) -> None:
    out = StringIO()
    call_command("issue_api_key", "Watch", "--for-checks", stdout=out)
    check("--url", live_server.url, "--auth", out.getvalue().strip())
    prune_requests()
    assert Case.objects.count() == 1
    Case.objects.update(created=timezone.now() - STALE)
    Customer.objects.update(created=timezone.now() - STALE)
    prune_requests()
    assert not Case.objects.exists()
    assert not Customer.objects.exists()
    assert ApiKey.objects.get().is_active


def test_an_integration_is_for_checks_or_for_cases() -> None:
    issue_header("Khoros")
    with pytest.raises(CommandError, match="Khoros exists and is not for checks"):
        call_command("issue_api_key", "Khoros", "--for-checks", stdout=StringIO())
    call_command("issue_api_key", "Watch", "--for-checks", stdout=StringIO())
    with pytest.raises(CommandError, match="Watch exists and is for checks only"):
        call_command("issue_api_key", "Watch", stdout=StringIO())


def test_the_navigation_marks_the_console_alone() -> None:
    client = Client()
    client.force_login(administrator())
    groups = client.get(CONSOLE).context["sidebar_navigation"]
    marked = [item["title"] for group in groups for item in group["items"] if item["active"]]
    assert marked == ["Contract console"]
