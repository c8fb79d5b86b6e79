"""The pages that register a custom field and change one."""

import pytest
from django.test import Client

from cases.models import CustomProperty
from tests.admin.settings import fetched, save, url
from tests.factories import CustomPropertyFactory, administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(administrator())
    return client


def test_a_field_is_saved_as_a_draft(admin_client: Client) -> None:
    answer = save(admin_client, url("add"), "_save")
    assert "saved as a draft" in answer.content.decode()
    assert fetched(admin_client)["fields"] == []


def test_a_list_is_saved_and_published_in_the_order_of_its_rows(admin_client: Client) -> None:
    save(
        admin_client,
        url("add"),
        type="single_sel_list",
        list_name=["Red", "", "", "Blue"],
        list_value=["r", "green", "", "b"],
    )
    assert fetched(admin_client)["fields"] == [
        {
            "name": "clubNumber",
            "label": "Club number",
            "type": "single_sel_list",
            "searchable": False,
            "listValues": [
                {"name": "Red", "value": "r"},
                {"name": "green", "value": "green"},
                {"name": "Blue", "value": "b"},
            ],
        }
    ]


def test_a_searchable_customer_field_says_so(admin_client: Client) -> None:
    save(admin_client, url("add") + "?object=customer", searchable="on")
    assert fetched(admin_client, "customer")["fields"][0]["searchable"] is True


@pytest.mark.parametrize(
    ("values", "at", "message"),
    [
        ({"name": "club number"}, "name", "plain identifier"),
        ({"name": "Title"}, "name", "key of every case"),
        ({"name": "prototype"}, "name", "reserved word"),
        ({"name": "TAKEN"}, "name", "already"),
        ({"label": " "}, "label", "blank"),
        ({"type": "number"}, "type", "valid choice"),
        ({"type": "single_sel_list"}, "list_values", "at least one"),
    ],
)
def test_it_refuses_with_a_message_at_the_field(
    admin_client: Client, values: dict[str, str], at: str, message: str
) -> None:
    CustomPropertyFactory(name="taken")
    answer = save(admin_client, url("add"), **values)
    assert message in str(answer.context["form"].errors[at])
    assert message in answer.content.decode()
    assert CustomProperty.objects.count() == 1


def test_what_was_typed_is_shown_again_with_the_message(admin_client: Client) -> None:
    answer = save(
        admin_client,
        url("add"),
        name="1st",
        type="single_sel_list",
        list_name=["Red"],
        list_value=["crimson"],
    )
    assert all(typed in answer.content.decode() for typed in ("1st", "Club number", "crimson"))


def test_rows_are_moved_and_removed_without_scripts_and_without_saving(
    admin_client: Client,
) -> None:
    typed = {"list_name": ["A", "B", "C"], "list_value": ["a", "b", "c"], "_rows": "up-2"}
    answer = save(admin_client, url("add"), "ignored", type="single_sel_list", **typed)
    assert [entry.value for entry in answer.context["list_values"]] == ["a", "c", "b"]
    answer = save(admin_client, url("add"), "ignored", **typed | {"_rows": "remove-0"})
    assert [entry.value for entry in answer.context["list_values"]] == ["b", "c"]
    assert not CustomProperty.objects.exists()


def test_a_field_is_changed(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Old label")
    save(admin_client, url("change", field.pk), "_save", label="New label")
    assert fetched(admin_client)["fields"][0]["label"] == "New label"


def test_a_published_name_can_not_be_forged(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Club")
    save(admin_client, url("change", field.pk), "_save", name="other", label="Club 2")
    field.refresh_from_db()
    assert (field.name, field.label) == ("clubNumber", "Club 2")


def test_a_published_type_can_only_widen(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber")
    answer = save(admin_client, url("change", field.pk), "_save", type="checkbox")
    assert "type" in answer.context["form"].errors
    save(admin_client, url("change", field.pk), "_save", type="textarea")
    field.refresh_from_db()
    assert field.type == "textarea"
