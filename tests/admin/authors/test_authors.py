"""The list of authors and the page of one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Author
from tests.factories import AuthorFactory, CaseFactory, InteractionFactory, agent

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_author_changelist")
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"


@pytest.fixture
def agent_client(client: Client) -> Client:
    """Return a browser in which an agent is signed in."""
    client.force_login(agent())
    return client


def page(author: Author) -> str:
    """Return the address of an author's page."""
    return reverse("admin:cases_author_change", args=(author.pk,))


def found(client: Client, **query: str) -> set[str]:
    """Return the names of the authors that the list shows."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return {author.name for author in response.context["cl"].result_list}


def test_the_list_counts_the_posts_of_each_author(agent_client: Client) -> None:
    busy, _quiet = AuthorFactory.create(), AuthorFactory.create()
    InteractionFactory.create_batch(3, author=busy)
    rows = agent_client.get(LIST).context["cl"].result_list
    assert {row.pk: str(row.row_count) for row in rows}[busy.pk] == "3"


def test_the_list_takes_the_same_queries_for_many(
    agent_client: Client, django_assert_max_num_queries: Any
) -> None:
    InteractionFactory.create_batch(30)
    with django_assert_max_num_queries(9):
        agent_client.get(LIST)


def test_the_list_filters_on_service_and_on_the_brands_own_accounts(agent_client: Client) -> None:
    InteractionFactory.create(author__name="Ann", service="twitter")
    InteractionFactory.create(author__name="Bob", service="facebook")
    AuthorFactory.create(name="Brand", service="facebook", brand_owned=True)
    assert found(agent_client, service="twitter") == {"Ann"}
    assert found(agent_client, brand_owned="yes") == {"Brand"}
    assert found(agent_client, service="facebook", brand_owned="no") == {"Bob"}


def test_the_search_finds_handles_with_or_without_the_at_sign_and_names(
    agent_client: Client,
) -> None:
    AuthorFactory.create(name="Jane Doe", handle="jdoe")
    AuthorFactory.create(name="John Roe", handle="@jroe")
    assert found(agent_client, q="@JDOE") == {"Jane Doe"}
    assert found(agent_client, q="@jroe") == {"John Roe"}
    assert found(agent_client, q="doe jane") == {"Jane Doe"}
    assert found(agent_client, q="nobody") == set()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Élodie", "élodie"),
        ("ÖZGÜR", "özgür"),
        ("İSTANBUL", "istanbul"),
        ("Иван", "ИВАН"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Groß", "GROSS"),
        ("Élodie-Rose", "élodie-rose"),
        ("E\u0301lodie", "\u00e9LODIE"),
    ],
)
def test_the_search_ignores_capitals_in_every_script_and_on_every_database(
    agent_client: Client, name: str, wanted: str
) -> None:
    AuthorFactory.create(name=name, handle="plain")
    AuthorFactory.create(name="By handle", handle=f"@the.{name}")
    AuthorFactory.create(name="Nobody", handle="rose")
    assert found(agent_client, q=wanted) == {name, "By handle"}
    assert found(agent_client, q=f"@{wanted[1:]}") == {name, "By handle"}


@pytest.mark.parametrize("wanted", ["🎉", "o'neil", "(", "@", "_x_"])
def test_the_search_finds_signs_and_what_has_no_folded_form(
    agent_client: Client, wanted: str
) -> None:
    AuthorFactory.create(name=f"Ann {wanted}", handle="ann")
    AuthorFactory.create(name="Handle", handle=f"b {wanted} b")
    # As a version of the portal wrote it that doesn't know the keys.
    AuthorFactory.create(name="Old", handle=f"old{wanted}", handle_key="", name_key="")
    AuthorFactory.create(name="Other", handle="other")
    assert found(agent_client, q=wanted) == {f"Ann {wanted}", "Handle", "Old"}


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"p": "9" * 30}, {"service": "\x00"}, {"x": "1"}])
def test_the_list_survives_an_absurd_address(agent_client: Client, query: dict[str, str]) -> None:
    AuthorFactory.create()
    assert agent_client.get(LIST, query, follow=True).status_code == 200


def test_the_page_shows_posts_newest_first_with_their_cases(agent_client: Client) -> None:
    author, now = AuthorFactory.create(), timezone.now()
    case = CaseFactory.create(title="The parcel")
    for number in range(3):
        InteractionFactory.create(
            author=author, case=case, body=f"Post {number}", created=now + timedelta(hours=number)
        )
    response = agent_client.get(page(author))
    assert [post["text"].whole for post in response.context["posts"]] == [
        "Post 2",
        "Post 1",
        "Post 0",
    ]
    content = response.content.decode()
    assert reverse("admin:cases_case_change", args=(case.pk,)) in content
    assert "The parcel" in content


def test_the_page_shows_the_newest_hundred_posts_in_constant_queries(
    agent_client: Client, django_assert_max_num_queries: Any
) -> None:
    author = AuthorFactory.create()
    InteractionFactory.create_batch(101, author=author)
    with django_assert_max_num_queries(8):
        response = agent_client.get(page(author))
    assert len(response.context["posts"]) == 100
    assert "Showing the newest 100 posts" in response.content.decode()


def test_the_page_shows_hostile_texts_as_text_and_no_unsafe_link(agent_client: Client) -> None:
    author = AuthorFactory.create(name=HOSTILE, handle=HOSTILE, service=HOSTILE[:64])
    InteractionFactory.create(
        author=author,
        case__title=HOSTILE,
        body=HOSTILE,
        content_type=HOSTILE[:64],
        link_url="javascript:alert(1)",
    )
    for address in (page(author), LIST):
        content = agent_client.get(address).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x" not in content
        assert 'href="javascript:' not in content
    assert "javascript:alert(1)" in agent_client.get(page(author)).content.decode()


def test_a_link_to_a_post_opens_apart_from_the_portal(agent_client: Client) -> None:
    post = InteractionFactory.create(link_url="https://social.example/1?a=1&b=2")
    content = agent_client.get(page(post.author)).content.decode()
    assert (
        '<a href="https://social.example/1?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">'
        in content
    )


def test_the_page_says_whose_account_it_is(agent_client: Client) -> None:
    brand = AuthorFactory.create(brand_owned=True)
    assert "Brand account" in agent_client.get(page(brand)).content.decode()
    other = AuthorFactory.create()
    assert "Brand account" not in agent_client.get(page(other)).content.decode()


@pytest.mark.parametrize("key", ["0", "-1", "9" * 30, "9" * 5000, "x", "1_2F2", "%00", "1.5"])
def test_an_absurd_address_is_not_found(agent_client: Client, key: str) -> None:
    assert agent_client.get(f"{LIST}{key}/change/").status_code == 404


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_nothing_can_be_written(agent_client: Client, name: str) -> None:
    author = AuthorFactory.create(name="As it was")
    address = reverse(f"admin:cases_author_{name}", args=(author.pk,))
    response = agent_client.post(address, {"name": "Other", "post": "yes"})
    assert response.status_code in {403, 404, 405}
    assert Author.objects.get().name == "As it was"
