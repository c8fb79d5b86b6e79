"""`POST /case` takes the same few SQL statements however many posts a case brings."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.selectors.api_keys import forget_keys
from cases.selectors.properties import forget_definitions
from cases.services import requests
from tests.api.wire import author, case, interaction, recorded
from tests.factories import CustomPropertyFactory, issue_header

MOST = 8
POSTS = [0, 1, 50, 1_000]
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@pytest.fixture(autouse=True)
def _no_pruning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the minute's pruning out of the count, which otherwise falls on any call."""
    monkeypatch.setattr(requests, "PRUNE_SECONDS", 10**6)
    monkeypatch.setattr(requests, "_pruning", requests._Pruning())


def statements(client: Client, payload: dict[str, Any]) -> list[str]:
    """Post a case, and return the statements without those that only begin or end a transaction."""
    remember(client)
    with CaptureQueriesContext(connection) as captured:
        response = client.post("/case", json.dumps(payload), content_type="application/json")
    assert response.status_code == 201, response.content
    assert len(response.json()["interactions"]) == len(payload.get("interactions", []))
    return [entry["sql"] for entry in captured if not entry["sql"].startswith(CONTROL)]


def with_posts(count: int, title: str) -> dict[str, Any]:
    """Return a case with so many posts, each by another author."""
    posts = [interaction(n, author=author(n, name=title)) for n in range(count)]
    return case(title=title, clubNo="1", interactions=posts)


def a_client() -> Client:
    """Return a client with a good key, which has been used in this minute."""
    CustomPropertyFactory(name="clubNo")
    client = Client(headers={"Authorization": issue_header()})
    client.get("/meta/object/case")
    return client


def remember(client: Client) -> None:
    """Make the process read key and fields now, so that it remembers them for a second."""
    forget_keys()
    forget_definitions()
    client.get("/meta/object/case")


@pytest.mark.django_db
@pytest.mark.parametrize("count", POSTS)
def test_a_case_takes_at_most_8_statements(count: int) -> None:
    taken = statements(a_client(), with_posts(count, "new authors"))
    assert len(taken) <= MOST, "\n".join(entry[:120] for entry in taken)


@pytest.mark.django_db
def test_the_recorded_case_of_50_posts_takes_at_most_8_statements() -> None:
    assert len(statements(a_client(), recorded("fifty_interactions"))) <= MOST


@pytest.mark.django_db
@pytest.mark.parametrize("count", POSTS)
def test_the_number_of_statements_does_not_depend_on_the_number_of_posts(count: int) -> None:
    client = a_client()
    one = statements(client, with_posts(1, "one"))
    many = statements(client, with_posts(count, "many"))
    assert len(many) <= len(one)


@pytest.mark.django_db(transaction=True)
def test_a_case_is_written_in_one_transaction() -> None:
    client = a_client()
    with CaptureQueriesContext(connection) as captured:
        client.post(
            "/case", json.dumps(recorded("fifty_interactions")), content_type="application/json"
        )
    words = [entry["sql"].split()[0] for entry in captured]
    assert [words.count("BEGIN"), words.count("COMMIT"), words.count("SAVEPOINT")] == [1, 1, 0]
    inside = [entry["sql"] for entry in captured][words.index("BEGIN") : words.index("COMMIT")]
    for table in ("customer", "case", "author", "interaction", "storedanswer"):
        assert any(f'INTO "cases_{table}"' in entry for entry in inside)


@pytest.mark.django_db
def test_the_first_case_of_a_process_reads_key_and_fields_and_notes_the_use() -> None:
    CustomPropertyFactory(name="clubNo")
    client = Client(headers={"Authorization": issue_header()})
    with CaptureQueriesContext(connection) as captured:
        client.post("/case", json.dumps(with_posts(50, "cold")), content_type="application/json")
    once = [
        " ".join(entry["sql"].split()[:1])
        for entry in captured
        if "cases_apikey" in entry["sql"] or "cases_customproperty" in entry["sql"]
    ]
    assert once == ["SELECT", "UPDATE", "SELECT"]
    others = [entry for entry in captured if not entry["sql"].startswith(CONTROL)]
    assert len(others) - len(once) <= MOST
