"""What staff call a customer: by a text of theirs, wherever cases are shown, not by an id alone."""

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import Case
from tests.factories import CaseFactory, CustomPropertyFactory, agent, team_lead

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("1")</script>'


def add_field(name: str, position: int, **values: object) -> None:
    CustomPropertyFactory(
        object_type=ObjectType.CUSTOMER, name=name, label=name, position=position, **values
    )


def make_case(**properties: str) -> Case:
    case: Case = CaseFactory(customer__id="hex-4711", customer__properties=properties)
    return case


def open_page(page: str, case: Case, user: User | None = None) -> str:
    addresses = {
        "list": reverse("admin:cases_case_changelist"),
        "home": reverse("admin:index"),
        "case": reverse("admin:cases_case_change", args=(case.pk,)),
        "customer": reverse("admin:cases_customer_change", args=(case.customer_id,)),
    }
    client = Client()
    client.force_login(user or team_lead())
    answer = client.get(addresses[page])
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", ["list", "home", "case"])
def test_the_name_leads_to_the_customer_and_its_title_has_the_id(page: str) -> None:
    add_field("fullName", 1)
    case = make_case(fullName="Ada Lind")
    link = '<a href="/admin/cases/customer/hex-4711/change/"><bdi dir="auto">Ada Lind</bdi></a>'
    shown = open_page(page, case)
    assert link in shown
    assert 'title="hex-4711"' in shown


def test_the_page_of_a_customer_has_name_and_id() -> None:
    add_field("fullName", 1)
    shown = open_page("customer", make_case(fullName="Ada Lind"))
    assert '<h2><bdi dir="auto">Ada Lind</bdi></h2>' in shown
    assert "hex-4711</bdi>" in shown


def test_the_first_live_text_that_has_a_value_is_the_name() -> None:
    add_field("email", 5)
    add_field("nickname", 4)
    add_field("tier", 3, type=PropertyType.CHECKBOX)
    add_field("oldName", 2, stage=PropertyStage.RETIRING)
    add_field("draftName", 1, stage=PropertyStage.DRAFT)
    values = {"draftName": "d", "oldName": "o", "tier": "true", "nickname": " ", "email": "a@b.ex"}
    assert '<bdi dir="auto">a@b.ex</bdi></a>' in open_page("list", make_case(**values))


@pytest.mark.parametrize("page", ["list", "home", "case"])
def test_without_a_name_the_id_is_shown(page: str) -> None:
    add_field("fullName", 1)
    assert '<bdi dir="auto">hex-4711</bdi></a>' in open_page(page, make_case())


@pytest.mark.parametrize("page", ["list", "home", "case"])
def test_an_agent_reads_the_name_and_gets_no_link(page: str) -> None:
    add_field("fullName", 1)
    shown = open_page(page, make_case(fullName="Ada Lind"), agent())
    assert '<bdi dir="auto">Ada Lind</bdi>' in shown
    assert "/admin/cases/customer/" not in shown


@pytest.mark.parametrize("page", ["list", "home", "case", "customer"])
def test_a_hostile_name_stays_text(page: str) -> None:
    add_field("fullName", 1)
    shown = open_page(page, make_case(fullName=HOSTILE))
    assert HOSTILE not in shown
    assert HOSTILE in unescape(shown)


def test_the_page_of_a_case_has_the_fields_of_its_customer_that_have_a_value() -> None:
    add_field("email", 1)
    add_field("vip", 2, type=PropertyType.CHECKBOX)
    add_field("phone", 3)
    add_field("retiring", 4, stage=PropertyStage.RETIRING)
    shown = open_page("case", make_case(email="ada@lind.ex", vip="true", retiring="still"))
    card = shown[shown.index('id="customer"') : shown.index('id="others"')]
    for part in ("email", "ada@lind.ex", "vip", "Yes", "retiring", "still"):
        assert f">{part}</" in card
    assert "phone" not in card


def test_the_page_of_a_case_has_no_empty_card_of_a_customer() -> None:
    add_field("email", 1)
    assert 'id="customer"' not in open_page("case", make_case())
