"""The form on a customer's page: who may correct which fields, and what two people are told."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.choices import PropertyStage, PropertyType
from cases.models import Customer, CustomProperty
from cases.selectors.customers.listing import find_customers
from cases.services.customers import update_customer
from cases.services.properties import archive_property, retire_property
from tests.factories import (
    CustomerFactory,
    CustomPropertyFactory,
    UserFactory,
    administrator,
    agent,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db
LOG: Any = apps.get_model("admin", "LogEntry")
HOSTILE = "'\"><script>alert(1)</script></textarea>{{7*7}}\u202e"
LIST = [{"name": "Gold card", "value": "gold"}, {"name": "Silver card", "value": "silver"}]


@pytest.fixture
def lead_client(client: Client) -> Client:
    """Return a browser in which a team lead is signed in."""
    client.force_login(team_lead())
    return client


def register(name: str, **values: Any) -> CustomProperty:
    """Register a field of customers with the label `The <name>`."""
    field = {"object_type": "customer", "name": name, "label": f"The {name}"}
    return CustomPropertyFactory.create(**field | values)


def customer(**properties: str) -> Customer:
    """Return a customer with these values, whom a call of Khoros has written."""
    return CustomerFactory.create(properties=properties, khoros_context={"agent": "jo"})


def path_of(row: Customer) -> str:
    """Return the address of a customer's page."""
    return urlsplit(row.url).path


def inputs(shown: dict[str, str], **typed: str) -> dict[str, str]:
    """Return what a browser sends: each input that was `shown`, and what was typed over it."""
    return {f"initial-property-{name}": value for name, value in shown.items()} | {
        f"property-{name}": value for name, value in {**shown, **typed}.items()
    }


def save(client: Client, row: Customer, data: dict[str, str]) -> str:
    """Press *Save*, and return the page that this leads to; `row` is as it is stored then."""
    answer = client.post(path_of(row), data, follow=True)
    assert answer.status_code == 200
    row.refresh_from_db()
    return answer.content.decode()


def reader() -> User:
    """Return someone who may see customers and no more."""
    user = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_customer"))
    return user


def test_what_was_changed_is_saved_and_found_and_logged(lead_client: Client) -> None:
    register("name")
    register("city")
    row = customer(name="Jane Do", city="Vienna")
    before = row.last_updated
    page = save(lead_client, row, inputs({"name": "Jane Do", "city": "Vienna"}, name="Jane Doe"))
    assert "Saved: The name." in page
    assert 'value="Jane Doe"' in page
    assert row.properties == {"name": "Jane Doe", "city": "Vienna"}
    assert row.last_updated > before
    assert row.khoros_context is None
    assert list(find_customers(Customer.objects.all(), "doe")) == [row]
    entry = LOG.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (row.pk, "Changed: The name.")


def test_an_unchanged_form_changes_nothing_and_says_so(lead_client: Client) -> None:
    register("name")
    row = customer(name="Jane")
    before = row.last_updated
    assert "No changes to save." in save(lead_client, row, inputs({"name": "Jane"}))
    assert (row.last_updated, row.khoros_context) == (before, {"agent": "jo"})
    assert not LOG.objects.exists()


def answer_to(user: User, row: Customer) -> tuple[HttpResponse, HttpResponse]:
    """Return what someone gets who opens the page, and who presses *Save* on it."""
    client = Client()
    client.force_login(user)
    page = client.get(path_of(row))
    return page, client.post(path_of(row), inputs({"name": "Jane"}, name="Mallory"))


def test_only_who_may_change_customers_has_the_form() -> None:
    register("name")
    row = customer(name="Jane")
    page, answer = answer_to(reader(), row)
    assert (page.status_code, answer.status_code) == (200, 403)
    assert "Jane" in page.content.decode()
    assert "property-name" not in page.content.decode()
    page, answer = answer_to(agent(), row)
    assert (page.status_code, answer.status_code) == (403, 403)
    row.refresh_from_db()
    assert row.properties == {"name": "Jane"}
    for who in (team_lead(), administrator()):
        assert "property-name" in answer_to(who, row)[0].content.decode()


def test_live_and_retiring_fields_can_be_corrected_and_no_others(lead_client: Client) -> None:
    for stage in PropertyStage.values:
        register(stage, stage=stage)
    names = [*PropertyStage.values, "unknown"]
    row = customer(**dict.fromkeys(names, "1"))
    shown = dict.fromkeys(names, "1")
    page = save(lead_client, row, inputs(shown, live="2", retiring="2"))
    assert "Saved: The live and The retiring." in page
    corrected = {**shown, "live": "2", "retiring": "2"}
    assert row.properties == corrected
    for name in ("draft", "archived", "unknown"):
        page = save(lead_client, row, inputs(corrected, live="3", **{name: "2"}))
        assert "Your changes weren't saved" in page
        assert row.properties == corrected
        assert f"property-{name}" not in page


def test_what_was_typed_into_a_field_that_was_archived_meanwhile_is_shown(
    lead_client: Client,
) -> None:
    field = register("tier", type=PropertyType.SINGLE_SELECT_LIST, list_values=LIST, label="T<b>")
    register("name")
    row, shown = customer(name="Jane"), {"tier": "", "name": "Jane"}
    retire_property(property_id=field.pk)
    archive_property(property_id=field.pk)
    page = save(lead_client, row, inputs(shown, tier="gold", name="Joan"))
    assert row.properties == {"name": "Jane"}
    assert "Your changes weren't saved" in page
    assert "T&lt;b&gt;" in page
    assert "Gold card" in page
    assert "correct what is marked" not in page
    assert 'name="property-name" value="Joan"' in page
    assert "Saved: The name." in save(lead_client, row, inputs({"name": "Jane"}, name="Joan"))


def test_it_is_shown_too_where_no_field_is_left(lead_client: Client) -> None:
    register("note", stage=PropertyStage.ARCHIVED)
    page = save(lead_client, customer(), inputs({"note": ""}, note="Rang <them>"))
    assert "Rang &lt;them&gt;" in page
    assert "</button>" not in page.partition("customer-form")[2].partition("<dl")[0]


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        ("text", "x" * 256, "at most 255 characters"),
        ("textarea", "x" * 65_536, "at most 65535 characters"),
        ("single_sel_list", "bronze", "bronze is no longer offered"),
        ("checkbox", "perhaps", "perhaps is not one of the available choices"),
        ("text", "NUL \x00", "Null characters are not allowed"),
        ("textarea", "NUL \x00", "Null characters are not allowed"),
    ],
)
def test_a_wrong_value_is_told_at_its_input_and_nothing_is_saved(
    lead_client: Client, kind: str, typed: str, told: str
) -> None:
    register("level", type=kind, list_values=LIST if kind == "single_sel_list" else [])
    register("name")
    row = customer(name="Jane")
    page = save(lead_client, row, inputs({"level": "", "name": "Jane"}, level=typed, name="Joan"))
    assert row.properties == {"name": "Jane"}
    assert "Your changes weren't saved" in page
    assert told in page.partition('id="id_property-level_error"')[2]
    assert 'name="property-name" value="Joan"' in page


def test_a_value_that_broke_a_rule_before_keeps_nobody_from_saving_another(
    lead_client: Client,
) -> None:
    register("level", type=PropertyType.SINGLE_SELECT_LIST, list_values=LIST)
    register("name")
    row = customer(level="bronze", name="Jane")
    assert "bronze (no longer offered)" in lead_client.get(path_of(row)).content.decode()
    shown = {"level": "bronze", "name": "Jane"}
    assert "Saved: The name." in save(lead_client, row, inputs(shown, name="Joan"))
    assert row.properties == {"level": "bronze", "name": "Joan"}
    assert "Saved: The level." in save(lead_client, row, inputs(row.properties, level="gold"))
    assert row.properties["level"] == "gold"


@pytest.mark.parametrize(("kind", "value"), [("checkbox", "true"), ("textarea", "a\nb")])
def test_a_value_can_be_cleared(lead_client: Client, kind: str, value: str) -> None:
    register("field", type=kind)
    row = customer(field=value)
    save(lead_client, row, inputs({"field": value}, field=""))
    assert row.properties == {}


def test_line_ends_that_a_browser_makes_are_nobodys_change(lead_client: Client) -> None:
    register("note", type=PropertyType.TEXTAREA)
    row = customer(note="a\r\nb\rc")
    page = save(lead_client, row, inputs({"note": "a\r\nb\r\nc"}))
    assert "No changes to save." in page
    assert "in the meantime" not in page
    save(lead_client, row, inputs({"note": "a\r\nb\r\nc"}, note="a\r\nd"))
    assert row.properties == {"note": "a\nd"}


def test_the_second_to_save_is_told_loses_nothing_and_then_wins(lead_client: Client) -> None:
    for name in ("name", "city", "club"):
        register(name)
    row = customer(name="Jane", city="Vienna")
    shown = {"name": "Jane", "city": "Vienna", "club": ""}
    update_customer(customer_id=row.pk, properties={"name": "<b>Theirs</b>", "city": ""})
    page = save(lead_client, row, inputs(shown, name="Mine", club="12"))
    assert row.properties == {"name": "<b>Theirs</b>"}
    assert "changed since you opened this page" in page
    assert '<ins dir="auto">&lt;b&gt;Theirs&lt;/b&gt;</ins>' in page
    assert "The city</bdi></strong> is now empty" in page
    assert page.count("Someone else has also changed this") == 1
    assert 'name="property-name" value="Mine"' in page
    assert 'name="property-club" value="12"' in page

    again = inputs({"name": "<b>Theirs</b>", "city": "", "club": ""}, name="Mine", club="12")
    for name, value in again.items():
        sent = page.partition(f'name="{name}"')[2].partition(">")[0]
        assert (f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in sent) == bool(value)
    assert "Saved: The name and The club." in save(lead_client, row, again)
    assert row.properties == {"name": "Mine", "club": "12"}


def test_different_fields_merge_with_a_notice(lead_client: Client) -> None:
    register("name")
    register("city")
    row = customer(name="Jane")
    update_customer(customer_id=row.pk, properties={"city": "Vienna"})
    page = save(lead_client, row, inputs({"name": "Jane", "city": ""}, name="Joan"))
    assert row.properties == {"name": "Joan", "city": "Vienna"}
    assert "Saved: The name." in page
    assert "Changed by others since you opened this page: The city." in page


def test_two_who_save_the_same_do_not_disagree(lead_client: Client) -> None:
    register("name")
    row = customer(name="Jane")
    for told in ("Saved: The name.", "No changes to save."):
        page = save(lead_client, row, inputs({"name": "Jane"}, name="Joan"))
        assert told in page
        assert "in the meantime" not in page


def test_hostile_text_is_text(lead_client: Client) -> None:
    register("name", label=HOSTILE)
    register("note", type=PropertyType.TEXTAREA)
    row = customer()
    page = save(lead_client, row, inputs({"name": "", "note": ""}, name=HOSTILE, note=HOSTILE))
    assert row.properties == {"name": HOSTILE, "note": HOSTILE}
    assert "<script>alert" not in page
    assert "alert(1)&lt;/script&gt;&lt;/textarea&gt;" in page


@pytest.mark.parametrize("sent", ["%00", "%ED%A0%80", "%FF", "a%00b", "%EF%BF%BF", "%0D%0A"])
def test_what_no_browser_sends_is_no_failure(lead_client: Client, sent: str) -> None:
    register("name")
    row = customer(name="Jane")
    for body in (f"property-name={sent}", f"initial-property-name={sent}&property-name=1", sent):
        answer = lead_client.post(path_of(row), body, "application/x-www-form-urlencoded")
        assert answer.status_code in {200, 302}
        lead_client.get(path_of(row))


def test_the_page_has_no_form_where_no_field_is_registered(lead_client: Client) -> None:
    row = customer()
    assert "customer-form" not in lead_client.get(path_of(row)).content.decode()
    assert "No changes to save." in save(lead_client, row, {})


def test_it_takes_the_same_queries_for_many_fields(lead_client: Client) -> None:
    # The log asks for it, and Django remembers it.
    ContentType.objects.get_for_model(Customer)
    register("first")
    row = customer(first="1")

    def count(**typed: str) -> int:
        forget()
        with CaptureQueriesContext(connection) as queries:
            lead_client.get(path_of(row))
            lead_client.post(path_of(row), inputs(row.properties, **typed))
        row.refresh_from_db()
        return len(queries)

    few = count(first="2")
    for number in range(30):
        register(f"field{number}")
    update_customer(customer_id=row.pk, properties={f"field{n}": "1" for n in range(30)})
    row.refresh_from_db()
    assert count(**{f"field{number}": "2" for number in range(30)}) == few
