"""`manage.py simulate_khoros`: believable cases over real HTTP, and an honest account of them."""

import io
import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from pytest_django.live_server_helper import LiveServer

from cases.choices import PropertyStage, PropertyType
from cases.management.khoros.calls import Answer, open_case
from cases.management.khoros.properties import Field
from cases.management.khoros.report import Report
from cases.management.khoros.stories import Narrator
from cases.models import Author, Case, Customer, Interaction
from cases.properties.types import ListValue
from cases.services.api_keys import issue_key, revoke_key
from tests.factories import CustomPropertyFactory, issue_header

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
CASES = 20


def simulate(url: str, auth: str | None, **options: Any) -> str:
    """Run the command and return what it wrote to standard output."""
    out = io.StringIO()
    settled = {"cases": CASES, "rate": 1000, "seed": 7, "workers": 2, "verbosity": 0} | options
    call_command("simulate_khoros", url=url, auth=auth, stdout=out, **settled)
    return out.getvalue()


def simulate_in_vain(url: str, auth: str | None, **options: Any) -> CommandError:
    """Run the command and return how it failed."""
    with pytest.raises(CommandError) as failure:
        simulate(url, auth, **options)
    return failure.value


def tell(number: int, *, seed: int = 7, fields: tuple[Field, ...] = ()) -> list[dict[str, Any]]:
    """Return the bodies of the first stories."""
    stories = Narrator(seed=seed, now=NOW, fields=fields).stories()
    return [orjson.loads(next(story).content) for story in itertools.islice(stories, number)]


def posts_of(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [post for case in cases for post in case["interactions"]]


def test_it_posts_that_many_cases_with_their_posts(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    told = tell(CASES)
    assert Case.objects.count() == CASES
    assert Interaction.objects.count() == len(posts_of(told))
    assert set(Case.objects.values_list("title", flat=True)) == {case["title"] for case in told}


def test_the_cases_carry_the_agent_and_the_customer(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    agents = set(Case.objects.values_list("khoros_agent", flat=True))
    assert len(agents) > 1 and all(agent.endswith("@halden-air.example") for agent in agents)
    assert set(Case.objects.values_list("khoros_company", "khoros_initiative")) == {("318", "4211")}
    assert Customer.objects.count() < CASES


def test_many_cases_share_the_brands_own_accounts(live_server: LiveServer) -> None:
    simulate(live_server.url, issue_header())
    replies = Interaction.objects.filter(author__brand_owned=True)
    accounts = Author.objects.filter(brand_owned=True)
    assert accounts.count() < replies.values("case").distinct().count()


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
    row = r"^POST /case +201 Created +20 +[\d,.]+ ms +[\d,.]+ ms +[\d,.]+ ms$"
    assert re.search(row, shown, re.MULTILINE)
    assert f"{CASES} of {CASES} cases created" in shown


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
    took = re.search(r"created in ([\d.]+) s", shown)
    assert took is not None and float(took[1]) >= 0.5


def test_a_revoked_key_ends_it_with_1_and_says_what_to_do(live_server: LiveServer) -> None:
    key, header = issue_key(integration="Khoros")
    revoke_key(key=key)
    failure = simulate_in_vain(live_server.url, header)
    assert failure.returncode == 1
    assert "401 Unauthorized" in str(failure) and "issue_api_key" in str(failure)
    assert not Case.objects.exists()


def test_an_answer_other_than_201_ends_it_with_1(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Accepted, but no longer announced: the simulator sends its own value, which is not offered.
    CustomPropertyFactory.create(
        name="detectedSentiment",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Other", "value": "other"}],
        stage=PropertyStage.RETIRING,
    )
    out = io.StringIO()
    with pytest.raises(CommandError) as failure:
        call_command(
            "simulate_khoros",
            url=live_server.url,
            auth=issue_header(),
            cases=CASES,
            rate=1000,
            seed=7,
            verbosity=0,
            stdout=out,
        )
    refused = sum("detectedSentiment" in case for case in tell(CASES))
    assert 0 < refused < CASES
    assert failure.value.returncode == 1
    assert re.search(
        rf"^validation_failed +{refused} +.*detectedSentiment", out.getvalue(), re.MULTILINE
    )
    assert f"{CASES - refused} of {CASES} cases created" in out.getvalue()


def test_without_a_key_it_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHOROS_AUTH", raising=False)
    message = str(simulate_in_vain("http://127.0.0.1:9", None))
    assert "--auth" in message and "KHOROS_AUTH" in message


@pytest.mark.parametrize("auth", ["Api-Key ключ", "Api-Key a\nb"])
def test_it_refuses_a_key_that_no_header_can_carry(auth: str) -> None:
    assert "no HTTP header" in str(simulate_in_vain("http://127.0.0.1:9", auth))


def test_it_needs_no_database_and_says_where_no_portal_answers() -> None:
    # No django_db mark: a query would fail this test.
    with pytest.raises(RuntimeError), connection.cursor():
        raise DatabaseError("the tests' guard against queries is off")
    message = str(simulate_in_vain("http://127.0.0.1:9", "Api-Key x"))
    assert "No portal answers at http://127.0.0.1:9" in message


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://portal.example", "http://", "http://a:b"])
def test_it_refuses_what_is_no_address(url: str) -> None:
    assert "--url" in str(simulate_in_vain(url, "Api-Key x"))


@pytest.mark.parametrize("options", [["--cases", "0"], ["--rate", "0"], ["--workers", "none"]])
def test_it_refuses_numbers_that_make_no_sense(options: list[str]) -> None:
    with pytest.raises(CommandError, match=options[0]):
        call_command("simulate_khoros", *options)


def test_one_seed_tells_the_same_stories() -> None:
    assert tell(30) == tell(30)
    assert tell(30) != tell(30, seed=8)


def test_a_story_does_not_depend_on_how_many_are_told() -> None:
    assert tell(30)[:5] == tell(5)


def test_the_stories_are_as_varied_as_the_world() -> None:
    cases = tell(300)
    posts = posts_of(cases)
    text = "".join(post["body"] for post in posts)
    assert len({post["service"] for post in posts}) >= 6
    for script in (
        "[a-z]",
        "[\u0590-\u05ff]",
        "[\u0600-\u06ff]",
        "[\u0900-\u097f]",
        "[\u3040-\u30ff]",
    ):
        assert re.search(script, text)
    assert "\U0001f9f3" in text
    assert any(post["linkUrl"] is None for post in posts)
    assert any(len({post["service"] for post in case["interactions"]}) > 1 for case in cases)
    per_customer = Counter(case["customerId"] for case in cases)
    assert max(per_customer.values()) > 2 and len(per_customer) > 100
    assert {case.get("status") for case in cases} == {None, "closed"}
    assert not re.search(r"[{}]", text + "".join(case["title"] for case in cases))


def test_posts_have_their_own_ids_and_follow_each_other_in_the_last_days() -> None:
    cases = tell(300)
    posts = posts_of(cases)
    assert len({(post["service"], post["serviceId"]) for post in posts}) == len(posts)
    for case in cases:
        moments = [datetime.fromisoformat(post["created"]) for post in case["interactions"]]
        assert moments == sorted(moments)
        assert NOW - timedelta(days=7) < moments[0] and moments[-1] <= NOW


def test_a_customer_who_comes_back_has_the_same_accounts() -> None:
    accounts: dict[tuple[str, str], set[str]] = {}
    for case in tell(300):
        for post in case["interactions"][:1]:
            author = post["author"]
            key = (case["customerId"], post["service"])
            accounts.setdefault(key, set()).add(f"{author['serviceId']} {author['handle']}")
    assert all(len(found) == 1 for found in accounts.values())


def test_a_list_gets_the_entry_that_fits_the_topic() -> None:
    entries = (ListValue("Late or cancelled", "delay"), ListValue("Baggage", "luggage"))
    fields = (Field("reason", "Reason", PropertyType.SINGLE_SELECT_LIST, entries),)
    lost = [case for case in tell(100, fields=fields) if "Bag of" in case.get("description", "")]
    assert {case.get("reason", "luggage") for case in lost} == {"luggage"}


def test_a_list_with_nothing_to_offer_is_left_empty() -> None:
    fields = (Field("reason", "Reason", PropertyType.SINGLE_SELECT_LIST),)
    assert {case.get("reason") for case in tell(30, fields=fields)} == {None, ""}


def test_the_report_tells_answers_apart() -> None:
    call = open_case({}, agent="")
    report = Report()
    report.add([Answer(call, 201, seconds / 1000, {}) for seconds in range(1, 21)])
    report.add([Answer(call, 0, 30.0, {}, "timeout", "no answer within 30 s")])
    report.add([Answer(call, 302, 0.001, {})])
    shown = report.text(seconds=2)
    assert (report.created, report.unexpected) == (20, 2)
    assert re.search(r"201 Created +20 +10\.0 ms +19\.0 ms +20\.0 ms", shown)
    assert re.search(r"no answer +1 +30,000\.0 ms", shown)
    assert re.search(r"timeout +1 +no answer within 30 s", shown)
    assert re.search(r"unexpected status +1", shown)
    assert "20 of 22 cases created in 2.0 s (11.0 calls a second)." in shown
