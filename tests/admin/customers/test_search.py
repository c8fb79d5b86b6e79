"""Whom the list of customers finds, and what it shows of them."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from cases.admin.common.links import object_link
from cases.choices import PropertyStage
from cases.models import Customer
from cases.models.customer import quote_key, unquote_key
from tests.factories import CaseFactory, CustomerFactory, CustomPropertyFactory, team_lead

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_customer_changelist")
MARA = {"name": "Mára Lindström", "email": "mara.l@example.org", "phone": "+49 170 123-4567"}


@pytest.fixture
def lead_client(client: Client) -> Client:
    client.force_login(team_lead())
    return client


def found(client: Client, text: str) -> set[str]:
    return {row.pk for row in client.get(LIST, {"q": text}).context["cl"].result_list}


@pytest.mark.parametrize(
    "text",
    ["C-00", "lindstrom", "MARA", "lind mara", "mara.l@example.org", "1234567", "+49 170", "ndstr"],
)
def test_the_search_finds_a_customer_by_id_or_any_word(lead_client: Client, text: str) -> None:
    CustomerFactory.create(id="C-001", properties=MARA)
    CustomerFactory.create(id="D-002", properties={"name": "Otto Krug", "phone": "030 99"})
    assert found(lead_client, text) == {"C-001"}


@pytest.mark.parametrize("text", ["c-001", "mara krug", "nobody", "%", "*", '"', "' OR 1=1 --"])
def test_the_search_leaves_out_who_lacks_a_word(lead_client: Client, text: str) -> None:
    CustomerFactory.create(id="C-001", properties={"name": "Mara Lindström"})
    CustomerFactory.create(id="D-002", properties={"name": "Otto Krug"})
    assert found(lead_client, text) == set()


def test_a_blank_search_shows_everybody(lead_client: Client) -> None:
    CustomerFactory.create(id="C-001")
    assert found(lead_client, "  ") == {"C-001"}


def test_ids_and_words_share_what_is_found_and_the_page_says_so(
    lead_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.customers.listing.FOUND_CUSTOMERS", 4)
    monkeypatch.setattr("cases.admin.registry.CustomerAdmin.most_found", 4)
    for number in range(5):
        CustomerFactory.create(id=f"mara{number}")
        CustomerFactory.create(id=f"c{number}", properties={"name": "Mara"})
    assert found(lead_client, "mara") == {"mara0", "mara1", "c3", "c4"}
    notice = "Showing the first 4 matching customers"
    assert notice in lead_client.get(LIST, {"q": "mara"}).content.decode()
    assert notice not in lead_client.get(LIST).content.decode()
    assert notice not in lead_client.get(LIST, {"q": "mara1"}).content.decode()


def test_a_common_word_finds_the_last_that_changed(
    lead_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.search.backends.postgresql.COMMON", 2)
    monkeypatch.setattr("cases.selectors.customers.listing.FOUND_CUSTOMERS", 3)
    for number in range(5):
        CustomerFactory.create(id=f"c{number}", properties={"name": "Mara"})
    assert found(lead_client, "mara") == {"c2", "c3", "c4"}


def test_a_word_that_came_up_of_late_finds_older_ones_too(
    lead_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.search.backends.postgresql.COMMON", 2)
    monkeypatch.setattr("cases.search.backends.postgresql.SAMPLE", 2)
    monkeypatch.setattr("cases.search.backends.postgresql.RECENT_ROWS", 3)
    for number, name in enumerate(("Mara", "Ann", "Ann", "Mara", "Mara")):
        CustomerFactory.create(id=f"c{number}", properties={"name": name})
    assert found(lead_client, "mara") == {"c0", "c3", "c4"}


def test_the_search_takes_the_same_queries_for_many(
    lead_client: Client, django_assert_max_num_queries: Any
) -> None:
    CustomPropertyFactory.create(object_type="customer", name="name", label="Name")
    for _ in range(40):
        CaseFactory.create(customer=CustomerFactory.create(properties=MARA))
    with django_assert_max_num_queries(13):  # The list and four of the search.
        assert len(found(lead_client, "mara lindström")) == 40


def test_the_list_shows_three_live_fields_searchable_ones_first(lead_client: Client) -> None:
    of = {"object_type": "customer"}
    CustomPropertyFactory.create(name="club", label="Club", position=1, **of)
    CustomPropertyFactory.create(name="note", label="Note", position=2, **of)
    CustomPropertyFactory.create(name="name", label="<b>Name", position=3, searchable=True, **of)
    CustomPropertyFactory.create(name="rest", label="Rest", position=4, **of)
    CustomPropertyFactory.create(name="old", stage=PropertyStage.RETIRING, position=0, **of)
    properties = {
        "name": "<script>x\u202e",
        "club": "c" * 300,
        "rest": "unseen-rest",
        "old": "unseen-old",
    }
    CustomerFactory.create(properties=properties)
    response = lead_client.get(LIST)
    labels = [getattr(one, "short_description", one) for one in response.context["cl"].list_display]
    assert labels[1:4] == ["<b>Name", "Club", "Note"]
    content = response.content.decode()
    assert "&lt;b&gt;Name" in content
    assert "&lt;script&gt;x" in content
    assert "\u202e" not in content
    assert "<script>x" not in content
    assert "c" * 119 + "…" in content
    assert "c" * 120 not in content
    assert "unseen-rest" not in content
    assert "unseen-old" not in content


@pytest.mark.parametrize("customer_id", [".", "..", "...", "_2E", "_2E_2E", "a.b", "%2E", "./.."])
def test_every_link_to_a_customer_survives_a_browser(
    lead_client: Client, rf: Any, customer_id: str
) -> None:
    customer = CaseFactory.create(customer=CustomerFactory.create(id=customer_id)).customer
    assert unquote_key(quote_key(customer_id)) == customer_id
    request = rf.get("/")
    request.user = team_lead()
    listed = lead_client.get(LIST).context["cl"].url_for_result(customer)
    for address in (listed, customer.url, urljoin(customer.url, listed)):
        # Joining resolves the dots of a path as browsers do.
        whole = urljoin("http://testserver/", address)
        assert whole.endswith(listed)
        assert lead_client.get(listed).context["customer"] == customer
    assert f'href="{listed}"' in object_link(request, customer)
    assert Customer.objects.get(pk=customer_id).url.endswith(listed)
