"""Fields that are required to close a case, as staff meet them: on its page and in bulk."""

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases.models import Case, CaseEvent, CustomProperty
from cases.services.properties import retire_property
from tests.factories import CaseFactory, CustomPropertyFactory, agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    CustomPropertyFactory(name="reason", label="Reason", required_to_close=True)
    CustomPropertyFactory(name="product", label="Product <b>", required_to_close=True)
    return sign_in(agent())


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_url(case: Case) -> str:
    return reverse("admin:cases_case_change", args=(case.pk,))


def press_close(client: Client, case: Case, **typed: str) -> str:
    """Press Close on the page of a case, and return the page that follows."""
    seen = CaseEvent.objects.filter(case=case).order_by("-pk").first()
    data = {"close": "", "seen": str(seen.pk if seen else 0), **typed}
    answer = client.post(page_url(case), data, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def close_in_bulk(client: Client, *cases: Case) -> str:
    """Close chosen cases of the list and return the page of the result."""
    address = reverse("admin:cases_case_bulk_begin", args=("close",))
    chosen = {"_selected_action": [case.pk for case in cases], "query": "tab=open", "begin": ""}
    answer = client.post(address, chosen, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def statuses(*cases: Case) -> list[str]:
    return [Case.objects.get(pk=case.pk).status for case in cases]


def test_the_page_names_what_is_missing_and_keeps_what_was_typed(client: Client) -> None:
    case = CaseFactory(properties={"reason": "late"})
    page = press_close(client, case, **{"close-resolution": "Refunded", "resolution": "Refunded"})
    assert "Product <b>" in page
    assert "Refunded" in page
    assert statuses(case) == ["open"]
    assert not CaseEvent.objects.filter(case=case).exists()


def test_the_page_closes_a_case_that_has_what_is_required(client: Client) -> None:
    case = CaseFactory(properties={"reason": "late", "product": "shoes"})
    assert "is now closed." in press_close(client, case)
    assert statuses(case) == ["closed"]


def test_bulk_work_closes_the_others_and_says_of_each_why_not(client: Client) -> None:
    complete = CaseFactory(properties={"reason": "late", "product": "shoes"})
    blank, empty = CaseFactory(properties={"reason": " ", "product": "shoes"}), CaseFactory()
    page = close_in_bulk(client, complete, blank, empty)
    assert statuses(complete, blank, empty) == ["closed", "open", "open"]
    assert blank.number in page
    assert empty.number in page
    assert "A value is required before it can be closed: Reason." in page
    assert "A value is required before it can be closed: Reason and Product" in page
    assert complete.number not in page


def test_only_a_field_that_is_asked_for_is_marked_as_required(client: Client) -> None:
    retire_property(property_id=CustomProperty.objects.get(name="product").pk)
    page = client.get(page_url(CaseFactory())).content.decode()
    assert page.count("Required to close") == 1
    assert 'aria-describedby="required-reason"' in page
    assert "required-product" not in page


def test_both_let_go_of_a_field_that_is_retired(client: Client) -> None:
    case, other = CaseFactory(), CaseFactory()
    for field in CustomProperty.objects.all():
        retire_property(property_id=field.pk)
    press_close(client, case)
    close_in_bulk(client, other)
    assert statuses(case, other) == ["closed", "closed"]
