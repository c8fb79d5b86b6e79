"""`POST /case` from many threads at once, over real HTTP, with authors in common."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from cases.models import Author, Case, Customer, Interaction
from tests.api.wire import author, case, interaction
from tests.factories import issue_header

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16
ROUNDS = 6
SHARED_AUTHORS = 25


def payload(thread: int, number: int) -> dict[str, Any]:
    """Return a case of all shared authors in random order, each with another name every time."""
    order = random.Random(f"{thread}-{number}").sample(range(SHARED_AUTHORS), SHARED_AUTHORS)
    return case(
        customerId=f"cust-{number}",
        title=f"Case {number} of thread {thread}",
        interactions=[
            interaction(
                index,
                created=f"2024-03-06T09:{number:02}:{thread:02}Z",
                author=author(index, handle=f"handle-{number}-{thread}"),
            )
            for index in order
        ],
    )


def post_all(url: str, header: str, thread: int) -> list[httpx.Response]:
    """Post one thread's cases, one after the other over one connection."""
    with httpx.Client(base_url=url, headers={"Authorization": header}, timeout=60) as client:
        return [client.post("/case", json=payload(thread, number)) for number in range(ROUNDS)]


def post_case(url: str, header: str, payload: dict[str, Any]) -> httpx.Response:
    """Post one case over a connection of its own."""
    headers = {"Authorization": header}
    return httpx.post(f"{url}/case", json=payload, headers=headers, timeout=60)


def test_of_posts_that_come_at_once_the_newest_names_their_author(live_server: LiveServer) -> None:
    header = issue_header()

    def post(number: int, day: int) -> int:
        payload = case(
            customerId=f"cust-{number}-{day}",
            interactions=[
                interaction(
                    number * 10 + day,
                    created=f"2024-03-0{day}T09:00:00Z",
                    author=author(number, handle=f"day{day}"),
                )
            ],
        )
        return post_case(live_server.url, header, payload).status_code

    with ThreadPoolExecutor(4) as pool:
        for number in range(10):
            assert set(pool.map(post, [number] * 4, (4, 1, 3, 2))) == {201}
    assert set(Author.objects.values_list("handle", flat=True)) == {"day4"}
    assert Interaction.objects.filter(author__isnull=False).count() == 40


def test_sixteen_threads_that_share_authors_neither_fail_nor_lose_a_case(
    live_server: LiveServer,
) -> None:
    header = issue_header()
    with ThreadPoolExecutor(THREADS) as pool:
        threads = [
            pool.submit(post_all, live_server.url, header, thread) for thread in range(THREADS)
        ]
        responses = [response for thread in threads for response in thread.result()]
    assert [r.text for r in responses if r.status_code != 201] == []
    assert len({response.json()["id"] for response in responses}) == THREADS * ROUNDS
    assert Case.objects.count() == THREADS * ROUNDS
    assert Customer.objects.count() == ROUNDS
    assert Interaction.objects.count() == THREADS * ROUNDS * SHARED_AUTHORS
    stored = Author.objects.values_list("service", "service_id")
    assert len(stored) == len(set(stored)) == SHARED_AUTHORS
    for response in responses:
        sent = {entry["author"]["serviceId"] for entry in response.json()["interactions"]}
        assert len(sent) == SHARED_AUTHORS


def test_of_similar_cases_that_come_at_once_all_but_one_are_marked(
    live_server: LiveServer,
) -> None:
    header = issue_header()

    def post(number: int, title: str) -> int:
        payload = case(
            customerId="cust-1",
            title=title,
            interactions=[interaction(number), interaction(number + 100)],
        )
        return post_case(live_server.url, header, payload).status_code

    with ThreadPoolExecutor(4) as pool:
        for number in range(10):
            assert set(pool.map(post, [number] * 4, "abcd")) == {201}
    marked = Case.objects.filter(possible_duplicate_of__isnull=False)
    assert marked.count() == 30
    for number in range(10):
        alike = Case.objects.filter(interactions__service_id=interaction(number)["serviceId"])
        assert alike.filter(possible_duplicate_of=None).count() == 1


def test_the_same_case_sent_sixteen_times_at_once_is_one_case(live_server: LiveServer) -> None:
    header = issue_header()

    def send(_: int) -> httpx.Response:
        return post_case(live_server.url, header, payload(0, 0))

    with ThreadPoolExecutor(THREADS) as pool:
        responses = list(pool.map(send, range(THREADS)))
    assert [r.text for r in responses if r.status_code != 201] == []
    assert len({response.text for response in responses}) == 1
    assert Case.objects.count() == 1
