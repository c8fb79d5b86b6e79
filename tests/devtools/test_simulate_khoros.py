"""`manage.py simulate_khoros`: whole agent stories over real HTTP, and an honest account of them."""

import io
import itertools
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from pytest_django.live_server_helper import LiveServer

from cases.choices import CaseStatus, ObjectType, Operation, PropertyStage, PropertyType
from cases.models import Author, Case, Customer, Interaction, RecordedRequest
from cases.services.api_keys import issue_key, revoke_key
from devtools.khoros.plots import Plot, Plotter
from tests.factories import CustomPropertyFactory, issue_header

CASES = 12


def simulate(url: str, auth: str | None, **options: Any) -> str:
    """Run the command and return what it wrote to standard output; nothing goes wrong unasked."""
    out = io.StringIO()
    call_command("simulate_khoros", url=url, auth=auth, stdout=out, **_settled(options))
    return out.getvalue()


def simulate_in_vain(url: str, auth: str | None, **options: Any) -> tuple[CommandError, str]:
    """Run the command and return how it failed, and what it wrote."""
    out = io.StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("simulate_khoros", url=url, auth=auth, stdout=out, **_settled(options))
    return failure.value, out.getvalue()


def _settled(options: dict[str, Any]) -> dict[str, Any]:
    steady = {"faults": 0.0, "retries": 0.0, "timeouts": 0.0}
    return {
        "cases": CASES,
        "rate": 1000,
        "seed": 7,
        "workers": 2,
        "verbosity": 0,
        **steady,
    } | options


def plan(number: int = CASES) -> list[Plot]:
    """Return the plots that the command follows."""
    return list(itertools.islice(Plotter(seed=7, now=datetime.now(UTC)).plots(), number))


def row_of(operation: str, shown: str) -> str:
    found = re.search(rf"^{re.escape(operation)} .*$", shown, re.MULTILINE)
    assert found is not None
    return found[0]


def make_customer_fields() -> None:
    for name, searchable in (("email", True), ("phone", True), ("city", False)):
        CustomPropertyFactory.create(
            object_type=ObjectType.CUSTOMER, name=name, label=name.title(), searchable=searchable
        )


def test_it_leaves_that_many_cases_with_all_their_posts(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    plots = plan()
    assert Case.objects.count() == CASES
    assert Interaction.objects.count() == sum(len(plot.posts) for plot in plots)
    assert set(Case.objects.values_list("title", flat=True)) == {
        plot.case["title"] for plot in plots
    }


def test_it_closes_the_cases_that_end(live_server: LiveServer) -> None:
    shown = simulate(live_server.url, issue_header())
    ended = sum(plot.closes or "status" in plot.case for plot in plan())
    assert 0 < ended < CASES
    assert Case.objects.filter(status=CaseStatus.CLOSED).count() == ended
    assert f"{CASES} of {CASES} cases opened, and {ended} of them closed" in shown


@pytest.mark.long
def test_it_fills_in_what_is_required_to_close(live_server: LiveServer) -> None:
    CustomPropertyFactory.create(
        name="cause",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": name, "value": name} for name in ("Weather", "Crew")],
        required_to_close=True,
    )
    shown = simulate(live_server.url, issue_header())
    ended = sum(plot.closes or "status" in plot.case for plot in plan())
    assert f"{ended} of them closed" in shown
    refused = RecordedRequest.objects.filter(operation="PATCH /case/{id}", status=422)
    assert refused.filter(answer__contains="before the case can be closed").exists()


def test_it_calls_all_ten_operations(live_server: LiveServer) -> None:
    make_customer_fields()
    shown = simulate(live_server.url, issue_header())
    called = set(RecordedRequest.objects.values_list("operation", flat=True))
    assert called == set(Operation.values)
    assert all(row_of(operation, shown) for operation in Operation.values)


@pytest.mark.long
def test_a_customer_who_comes_back_is_found_again(live_server: LiveServer) -> None:
    make_customer_fields()
    simulate(live_server.url, issue_header(), workers=1)
    assert Customer.objects.count() == len({plot.customer.key for plot in plan()}) < CASES


@pytest.mark.long
def test_they_are_found_again_by_their_accounts_where_customers_have_no_fields(
    live_server: LiveServer,
) -> None:
    simulate(live_server.url, issue_header(), workers=1)
    services = {plot.customer.key: set[str]() for plot in plan()}
    for plot in plan():
        services[plot.customer.key] |= {
            post["service"] for post in plot.posts if not post["author"]["brandOwned"]
        }
    assert Customer.objects.count() == len(services) < CASES


@pytest.mark.long
def test_the_cases_carry_the_agent_and_the_company(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    agents = set(Case.objects.values_list("khoros_agent", flat=True))
    assert len(agents) > 1 and all(agent.endswith("@halden-air.example") for agent in agents)
    assert set(Case.objects.values_list("khoros_company", "khoros_initiative")) == {("318", "4211")}


@pytest.mark.long
def test_many_cases_share_the_brands_own_accounts(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    replies = Interaction.objects.filter(author__brand_owned=True)
    accounts = Author.objects.filter(brand_owned=True)
    assert accounts.count() < replies.values("case").distinct().count()


@pytest.mark.long
def test_it_fills_the_live_properties_by_their_type(live_server: LiveServer) -> None:
    reasons = [{"name": "Lost luggage", "value": "lug"}, {"name": "Delay", "value": "del"}]
    CustomPropertyFactory.create(name="clubNumber", label="Club number")
    CustomPropertyFactory.create(name="remarks", type=PropertyType.TEXTAREA)
    CustomPropertyFactory.create(name="vip", type=PropertyType.CHECKBOX)
    CustomPropertyFactory.create(
        name="reason", type=PropertyType.SINGLE_SELECT_LIST, list_values=reasons
    )
    CustomPropertyFactory.create(name="oldField", stage=PropertyStage.RETIRING)

    simulate(live_server.url, issue_header())

    found: dict[str, set[str]] = {}
    for properties in Case.objects.values_list("properties", flat=True):
        for name, value in properties.items():
            found.setdefault(name, set()).add(value)
    assert set(found) == {"clubNumber", "remarks", "vip", "reason"}
    assert found["reason"] == {"lug", "del"}
    assert found["vip"] == {"true", "false"}
    assert all(re.fullmatch(r"HC-\d{7}", number) for number in found["clubNumber"])


def test_the_table_counts_the_answers(live_server: LiveServer) -> None:
    shown = simulate(live_server.url, issue_header())
    row = row_of("POST /case", shown)
    assert re.fullmatch(r"POST /case +12 +201 ×12 +12 +0 +[\d,.]+ ms +[\d,.]+ ms +[\d,.]+ ms", row)


def test_the_progress_bar_goes_to_standard_error(
    live_server: LiveServer, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = simulate(live_server.url, issue_header(), cases=3, verbosity=1)
    assert "3/3" in capfd.readouterr().err
    assert "3/3" not in shown


def test_it_takes_the_key_from_the_environment(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOROS_AUTH", issue_header())
    simulate(live_server.url, None, cases=2)
    assert Case.objects.count() == 2


def test_it_keeps_to_the_rate(live_server: LiveServer) -> None:
    shown = simulate(live_server.url, issue_header(), cases=6, rate=10)
    took = re.search(r"closed, in ([\d.]+) s", shown)
    assert took is not None and float(took[1]) >= 0.5


def test_a_revoked_key_ends_it_with_1_and_says_what_to_do(live_server: LiveServer) -> None:
    key, header = issue_key(integration="Khoros")
    revoke_key(key=key)
    failure, _ = simulate_in_vain(live_server.url, header)
    assert failure.returncode == 1
    assert "401 Unauthorized" in str(failure) and "issue_api_key" in str(failure)
    assert not Case.objects.exists()


def test_an_unexpected_answer_ends_it_with_1_and_is_shown(live_server: LiveServer) -> None:
    # Accepted, but no longer announced: the simulator sends its own value, which is not offered.
    CustomPropertyFactory.create(
        name="detectedSentiment",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Other", "value": "other"}],
        stage=PropertyStage.RETIRING,
    )
    failure, shown = simulate_in_vain(live_server.url, issue_header())
    refused = sum("detectedSentiment" in plot.case for plot in plan())
    assert 0 < refused < CASES
    assert failure.returncode == 1
    problem = rf"^POST /case +answered 422 validation_failed +{refused} +.*detectedSentiment"
    assert re.search(problem, shown, re.MULTILINE)
    assert f"{CASES - refused} of {CASES} cases opened" in shown


@pytest.mark.long
def test_a_portal_that_does_not_know_repeats_is_found_out(
    live_server: LiveServer, settings: LazySettings
) -> None:
    settings.REPEAT_WINDOW_MINUTES = 0
    failure, shown = simulate_in_vain(live_server.url, issue_header(), retries=0.5)
    assert failure.returncode == 1
    assert re.search(r"^POST /case +repeat: not the first answer again", shown, re.MULTILINE)


def test_without_a_key_it_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHOROS_AUTH", raising=False)
    failure, _ = simulate_in_vain("http://127.0.0.1:9", None)
    assert "--auth" in str(failure) and "KHOROS_AUTH" in str(failure)


@pytest.mark.parametrize("auth", ["Api-Key ключ", "Api-Key a\nb"])
def test_it_refuses_a_key_that_no_header_can_carry(auth: str) -> None:
    assert "no HTTP header" in str(simulate_in_vain("http://127.0.0.1:9", auth)[0])


def test_it_needs_no_database_and_says_where_no_portal_answers() -> None:
    # No django_db mark: a query would fail this test.
    with pytest.raises(RuntimeError), connection.cursor():
        raise DatabaseError("the tests' guard against queries is off")
    failure, _ = simulate_in_vain("http://127.0.0.1:9", "Api-Key x")
    assert "No portal answers at http://127.0.0.1:9" in str(failure)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://portal.example", "http://", "http://a:b"])
def test_it_refuses_what_is_no_address(url: str) -> None:
    assert "--url" in str(simulate_in_vain(url, "Api-Key x")[0])


@pytest.mark.parametrize(
    "options",
    [
        ["--cases", "0"],
        ["--rate", "0"],
        ["--workers", "none"],
        ["--faults", "1.5"],
        ["--retries", "-1"],
        ["--timeouts", "nan"],
    ],
)
def test_it_refuses_numbers_that_make_no_sense(options: list[str]) -> None:
    with pytest.raises(CommandError, match=options[0]):
        call_command("simulate_khoros", *options)
