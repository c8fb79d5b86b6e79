"""The pages that register a custom field and change one."""

import pytest
from django.test import Client

from cases.models import CustomProperty
from tests.admin.settings import fetched, save, url
from tests.factories import CaseFactory, CustomPropertyFactory, administrator

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


def test_a_case_field_can_be_required_to_close_and_no_longer(admin_client: Client) -> None:
    save(admin_client, url("add"), required_to_close="on")
    field = CustomProperty.objects.get()
    assert field.required_to_close
    assert admin_client.get(url("change", field.pk)).context["form"]["required_to_close"].value()
    save(admin_client, url("change", field.pk), "_save")
    field.refresh_from_db()
    assert not field.required_to_close


def test_a_customer_field_can_not_be_required_to_close(admin_client: Client) -> None:
    address = url("add") + "?object=customer"
    assert "Required to close" not in admin_client.get(address).content.decode()
    save(admin_client, address, required_to_close="on")
    assert not CustomProperty.objects.get().required_to_close


def test_the_requirement_is_nothing_that_khoros_is_told(admin_client: Client) -> None:
    save(admin_client, url("add"), required_to_close="on")
    assert set(fetched(admin_client)["fields"][0]) == {"name", "label", "type", "searchable"}


def test_who_makes_a_field_required_is_told_how_many_open_cases_lack_it(
    admin_client: Client,
) -> None:
    field = CustomPropertyFactory(name="clubNumber")
    CaseFactory(properties={"clubNumber": "A1"})
    CaseFactory(closed=True)
    CaseFactory.create_batch(2)
    shown = save(admin_client, url("change", field.pk), "_save", required_to_close="on")
    assert "2 open cases have no value in it yet" in shown.content.decode()
    again = save(admin_client, url("change", field.pk), "_save", required_to_close="on")
    assert "have no value in it yet" not in again.content.decode()


def test_only_the_cases_that_changed_last_are_looked_through(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.properties.LOOKED_AT_CASES", 2)
    CaseFactory.create_batch(3)
    shown = save(admin_client, url("add"), required_to_close="on").content.decode()
    assert "2 of the 2 cases that are open and changed last have no value" in shown
