"""The contract console and `manage.py check_contract`, against a real server."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from cases.choices import ObjectType, Operation, PropertyType
from cases.models import (
    ApiKey,
    Author,
    Case,
    Customer,
    Integration,
    RecordedRequest,
    StoredAnswer,
)
from cases.services.check_data import STALE, remove_check_data
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
    assert "The contract is kept." in printed
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
    assert "The contract is kept." in check("--url", live_server.url)
    assert nothing_is_left()


def test_with_a_key_of_ones_own_it_leaves_one_closed_case(live_server: LiveServer) -> None:
    assert "The contract is kept." in check("--url", live_server.url, "--auth", issue_header())
    assert [case.is_open for case in Case.objects.all()] == [False]


def test_it_is_red_and_names_the_step_where_the_key_is_wrong(live_server: LiveServer) -> None:
    with pytest.raises(CommandError, match="An agent opens a case"):
        check("--url", live_server.url, "--auth", "Api-Key wrong")


def test_it_is_red_where_nothing_answers() -> None:
    with pytest.raises(CommandError, match="broken in 16 steps"):
        check("--url", "http://127.0.0.1:9")
    assert nothing_is_left()


@override_settings(ROOT_URLCONF="tests.admin.broken_urls")
def test_it_is_red_where_one_operation_is_broken(live_server: LiveServer) -> None:
    with pytest.raises(CommandError) as raised:
        check("--url", live_server.url)
    assert str(raised.value) == (
        "The contract is broken in 1 steps: The customer's cases are listed "
        "(GET /customer/{id}/cases)"
    )


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
    prune_requests()
    assert not Case.objects.exists()
    assert not Customer.objects.exists()


def test_an_integration_is_for_checks_or_for_cases() -> None:
    issue_header("Khoros")
    with pytest.raises(CommandError, match="Khoros exists and is not for checks"):
        call_command("issue_api_key", "Khoros", "--for-checks", stdout=StringIO())
    call_command("issue_api_key", "Watch", "--for-checks", stdout=StringIO())
    with pytest.raises(CommandError, match="Watch exists and is for checks alone"):
        call_command("issue_api_key", "Watch", stdout=StringIO())


def test_the_navigation_marks_the_console_alone() -> None:
    client = Client()
    client.force_login(administrator())
    groups = client.get(CONSOLE).context["sidebar_navigation"]
    marked = [item["title"] for group in groups for item in group["items"] if item["active"]]
    assert marked == ["Contract console"]
