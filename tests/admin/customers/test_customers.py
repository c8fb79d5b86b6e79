"""The list of customers and the page of one."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from cases.choices import PropertyStage, PropertyType
from cases.models import Customer
from tests.factories import (
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    agent,
    team_lead,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_customer_changelist")
ODD_IDS = [
    "a/b/../c",
    "change/",
    "_2F",
    'C/1 "q" & <x>?#%2F',
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "😡👨‍👩‍👧‍👦",
    "أحمد الهاشمي",
    "\u202ereversed",
    "two\nlines\tand a tab",
    " spaces around ",
    "x" * 255,
    "😀" * 255,
    "add",
    ".",
    "..",
    "_2E",
    "_2E_2E",
]
ABSURD_PATHS = ["%00", "%2F", "%FF%FE", "x" * 4000, "..%2f..%2f", "%E2%80%AE", "0", "None"]


@pytest.fixture
def lead_client(client: Client) -> Client:
    """Return a browser in which a team lead is signed in."""
    client.force_login(team_lead())
    return client


def page(customer_id: str) -> str:
    """Return the address of a customer's page, as Khoros gets it too."""
    return urlsplit(Customer(pk=customer_id).url).path


def read(client: Client, address: str) -> str:
    """Return the text of a page that opens."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_counts_the_cases_of_each_customer(lead_client: Client) -> None:
    customer = CustomerFactory.create()
    CaseFactory.create_batch(3, customer=customer)
    CustomerFactory.create()
    rows = lead_client.get(LIST).context["cl"].result_list
    assert {str(row.row_count) for row in rows} == {"0", "3"}


def test_the_list_stops_counting_where_it_would_get_slow(
    lead_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.counts.ROW_LIMIT", 2)
    CaseFactory.create_batch(4, customer=CustomerFactory.create())
    (row,) = lead_client.get(LIST).context["cl"].result_list
    assert str(row.row_count) == "2+"


def test_the_list_takes_the_same_queries_for_many(
    lead_client: Client, django_assert_max_num_queries: Any
) -> None:
    for customer in CustomerFactory.create_batch(40):
        CaseFactory.create(customer=customer)
    with django_assert_max_num_queries(9):
        read(lead_client, LIST)


def test_a_list_without_rows_says_why(lead_client: Client) -> None:
    assert "No customers yet" in read(lead_client, LIST)
    CustomerFactory.create()
    content = read(lead_client, f"{LIST}?q=nobody")
    assert "No customers match the search" in content
    assert "Show all customers" in content


def test_the_search_takes_the_beginning_of_an_id_with_its_spaces(lead_client: Client) -> None:
    CustomerFactory.create(id="Jane Doe 12")
    CustomerFactory.create(id="Doe Jane 12")
    CustomerFactory.create(id="100%_sure")
    found = {"Jane Doe": ["Jane Doe 12"], "100%_": ["100%_sure"], "%": [], "\\": []}
    for term, expected in found.items():
        response = lead_client.get(LIST, {"q": term})
        assert [row.pk for row in response.context["cl"].result_list] == expected


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"p": "9" * 30}, {"id__gt": "1"}, {"o": "-1.9"}])
def test_the_list_survives_an_absurd_address(lead_client: Client, query: dict[str, str]) -> None:
    CustomerFactory.create()
    assert lead_client.get(LIST, query, follow=True).status_code == 200


@pytest.mark.parametrize("customer_id", ODD_IDS)
def test_a_page_opens_for_any_id_and_shows_it_as_text(
    lead_client: Client, customer_id: str
) -> None:
    case = CaseFactory.create(customer=CustomerFactory.create(id=customer_id), title="A title")
    response = lead_client.get(page(customer_id))
    assert response.context["customer"] == case.customer
    content = response.content.decode()
    assert case.title in content
    assert "<script>alert" not in content
    assert "<x>" not in content
    read(lead_client, LIST)


@pytest.mark.parametrize("path", ABSURD_PATHS)
def test_an_absurd_address_is_not_found(lead_client: Client, path: str) -> None:
    response = lead_client.get(f"{LIST}{path}/change/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_the_page_labels_accepted_fields_and_hides_the_others(client: Client) -> None:
    reader = UserFactory.create()
    reader.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client.force_login(reader)
    field = {"object_type": "customer"}
    CustomPropertyFactory.create(name="club", label="Club <b>level</b>", **field)
    CustomPropertyFactory.create(name="vip", label="VIP", type=PropertyType.CHECKBOX, **field)
    CustomPropertyFactory.create(
        name="old", label="Old field", stage=PropertyStage.ARCHIVED, **field
    )
    properties = {"club": "Gold <i>", "vip": "true", "old": "secret"}
    content = read(client, page(CustomerFactory.create(properties=properties).pk))
    assert "Club &lt;b&gt;level&lt;/b&gt;" in content
    assert "Gold &lt;i&gt;" in content
    assert ">Yes<" in content
    assert "Old field" not in content
    assert "secret" not in content


def test_the_page_lists_the_newest_hundred_cases_and_links_to_all(lead_client: Client) -> None:
    customer = CustomerFactory.create(id="C/1 &")
    cases = [CaseFactory.create(customer=customer) for _ in range(102)]
    response = lead_client.get(page(customer.pk))
    assert [row.case for row in response.context["rows"]] == cases[:1:-1]
    assert "Showing the newest 100 cases" in response.content.decode()
    listed = lead_client.get(response.context["all_cases_url"]).context["cl"]
    assert listed.queryset.count() == len(cases)


def test_the_page_says_so_where_there_is_no_case(lead_client: Client) -> None:
    assert "no cases yet" in read(lead_client, page(CustomerFactory.create().pk))


def test_the_page_takes_the_same_queries_for_many_cases(
    lead_client: Client, django_assert_max_num_queries: Any
) -> None:
    customer = CustomerFactory.create()
    for case in CaseFactory.create_batch(30, customer=customer):
        InteractionFactory.create_batch(2, case=case)
    with django_assert_max_num_queries(9):
        read(lead_client, page(customer.pk))


@pytest.mark.parametrize(("name", "status"), [("change", 302), ("delete", 403), ("history", 404)])
def test_nobody_renames_or_deletes_a_customer(lead_client: Client, name: str, status: int) -> None:
    customer = CustomerFactory.create(id="customer/a")
    address = reverse(f"admin:cases_customer_{name}", args=("customer_2Fa",))
    assert lead_client.post(address, {"id": "other", "post": "yes"}).status_code == status
    assert Customer.objects.get() == customer


def test_nobody_adds_a_customer_here(lead_client: Client) -> None:
    assert lead_client.get(reverse("admin:cases_customer_add")).status_code == 403


def test_an_agent_is_refused_whether_or_not_the_customer_exists(client: Client) -> None:
    customer = CustomerFactory.create()
    client.force_login(agent())
    for address in (LIST, page(customer.pk), page("nobody")):
        response = client.get(address)
        assert response.status_code == 403
        assert "Your role doesn't include this page" in response.content.decode()


@pytest.mark.parametrize("name", ["customer", "author"])
def test_a_list_is_called_by_what_is_in_it(lead_client: Client, name: str) -> None:
    content = read(lead_client, reverse(f"admin:cases_{name}_changelist"))
    assert re.search(rf"<title>\s*{name.capitalize()}s\b", content)
