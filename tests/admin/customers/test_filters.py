"""What the list of customers is filtered by, the columns it has, and the same in its files."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.services.properties import retire_property
from tests.factories import CustomerFactory, CustomPropertyFactory, team_lead

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cases_customer_changelist")
LEVELS = [{"name": "Gold", "value": "au"}, {"name": "Silver", "value": "AU"}]


@pytest.fixture
def lead_client(client: Client) -> Client:
    """Return a browser in which a team lead is signed in, of a portal with three customers."""
    client.force_login(team_lead())
    of = {"object_type": ObjectType.CUSTOMER}
    CustomPropertyFactory.create(name="name", label="Name", position=1, **of)
    CustomPropertyFactory.create(
        name="notes", label="Notes", type=PropertyType.TEXTAREA, position=2, **of
    )
    CustomPropertyFactory.create(
        name="level",
        label="Level",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=LEVELS,
        position=3,
        **of,
    )
    CustomPropertyFactory.create(
        name="vip", label="VIP", type=PropertyType.CHECKBOX, position=4, **of
    )
    CustomerFactory.create(
        id="mara", properties={"name": "Mára Lindström", "level": "au", "vip": "true"}
    )
    CustomerFactory.create(
        id="otto", properties={"name": "Otto 100%", "level": "AU", "vip": "false", "notes": "a\nb"}
    )
    CustomerFactory.create(id="nobody")
    return client


def listed(client: Client, **parameters: Any) -> set[str]:
    response = client.get(LIST, parameters)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("property_name", "lindström", {"mara"}),
        ("property_name", "MÁRA LIND", {"mara"}),
        ("property_name", "a", {"mara"}),
        ("property_name", "0%", {"otto"}),
        ("property_name", "%", {"otto"}),
        ("property_name", "_", set()),
        ("property_notes", "A\nB", {"otto"}),
        ("has_name", "yes", {"mara", "otto"}),
        ("has_name", "no", {"nobody"}),
        ("property_level", "au", {"mara"}),
        ("property_level", "AU", {"otto"}),
        ("property_level", "__any__", {"mara", "otto"}),
        ("property_level", "__none__", {"nobody"}),
        ("property_vip", "true", {"mara"}),
        ("property_vip", "false", {"otto"}),
        ("property_vip", "__none__", {"nobody"}),
    ],
)
def test_every_field_filters_by_its_type(
    lead_client: Client, name: str, value: str, expected: set[str]
) -> None:
    assert listed(lead_client, **{name: value}) == expected


def test_filters_and_search_narrow_together_and_can_be_taken_off(lead_client: Client) -> None:
    asked = {"q": "lindström", "property_vip": "true", "property_level": "au", "columns": "name"}
    assert listed(lead_client, **asked) == {"mara"}
    assert listed(lead_client, **(asked | {"property_vip": "false"})) == set()
    chips = lead_client.get(LIST, asked).context["chips"]
    assert [(chip.label, chip.value) for chip in chips] == [("Level", "Gold"), ("VIP", "Yes")]
    assert chips[0].url == "?q=lindstr%C3%B6m&property_vip=true&columns=name"


@pytest.mark.parametrize(
    "asked",
    [
        {"property_gone": "x"},
        {"has_gone": "yes"},
        {"has_name": "perhaps"},
        {"property_name": "x" * 1_001},
        {"property_name": "\u034f"},
    ],
)
def test_a_filter_that_means_nothing_finds_nobody(
    lead_client: Client, asked: dict[str, str]
) -> None:
    assert listed(lead_client, **asked) == set()
    assert "No customers match" in lead_client.get(LIST, asked).content.decode()


def test_an_empty_filter_leaves_the_others_as_they_are(lead_client: Client) -> None:
    assert listed(lead_client, property_name="otto", has_name="", property_gone="") == {"otto"}
    assert listed(lead_client, has_gone="") == {"mara", "otto", "nobody"}
    file = reverse("admin:cases_customer_export_file", args=("csv",))
    answer = lead_client.get(file, {"property_name": "otto", "has_name": ""})
    assert answer.headers["X-Export-Rows"] == "1"


def test_a_field_that_is_retired_goes_and_its_filter_finds_nobody(lead_client: Client) -> None:
    field = CustomPropertyFactory.create(
        object_type=ObjectType.CUSTOMER, name="old", label="Old field", stage=PropertyStage.LIVE
    )
    CustomerFactory.create(id="old", properties={"old": "x"})
    assert listed(lead_client, property_old="x") == {"old"}
    retire_property(property_id=field.pk)
    assert listed(lead_client, property_old="x") == set()
    assert "Old field" not in lead_client.get(LIST).content.decode()


def test_columns_are_chosen_and_moved(lead_client: Client) -> None:
    def columns(**asked: Any) -> list[str]:
        shown = lead_client.get(LIST, asked).context["cl"].list_display
        return [column.short_description for column in shown if callable(column)]

    assert columns() == ["Name", "Notes", "Level"]
    assert columns(columns=["vip", "name"]) == ["VIP", "Name"]
    assert columns(columns="vip,name,unknown") == ["VIP", "Name"]
    assert columns(columns="vip,name,level", move_up="level") == ["VIP", "Level", "Name"]
    context = lead_client.get(LIST, {"columns": ["vip", "name"], "move_up": "name"}).context
    assert context["is_choosing_columns"]
    # Whatever leads on from this page has the columns in their new order.
    assert context["filter_pairs"] == [("columns", "name,vip")]
    assert context["cl"].get_query_string({"p": 2}) == "?columns=name%2Cvip&p=2"


def test_a_file_has_what_is_filtered_in_the_columns_that_are_chosen(lead_client: Client) -> None:
    def rows(query: str) -> list[str]:
        address = reverse("admin:cases_customer_export_file", args=("csv",))
        response: Any = lead_client.get(f"{address}?{query}")
        lines: list[str] = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        return lines

    assert (
        rows("property_vip=true")[0] == "Customer,Cases,Created,Last updated,Name,Notes,Level,VIP"
    )
    chosen = rows("property_vip=true&columns=vip%2Cname")
    assert chosen[0] == "Customer,Cases,Created,Last updated,VIP,Name"
    assert [line.split(",")[0] for line in chosen[1:]] == ["mara"]
    assert chosen[1].endswith(",Yes,Mára Lindström")
    address = reverse("admin:cases_customer_export")
    assert (
        "columns=vip%2Cname" in lead_client.get(LIST, {"columns": ["vip", "name"]}).content.decode()
    )
    assert lead_client.get(f"{address}?columns=vip").context["labels"][-1] == "VIP"


def test_filters_take_the_same_queries_for_many(
    lead_client: Client, django_assert_max_num_queries: Any
) -> None:
    CustomerFactory.create_batch(40, properties={"name": "Mara", "vip": "true"})
    with django_assert_max_num_queries(9):
        assert len(listed(lead_client, property_name="mara", property_vip="true")) == 40


def test_a_portal_without_fields_offers_no_filters(client: Client) -> None:
    client.force_login(team_lead())
    content = client.get(LIST).content.decode()
    assert "Apply filters" not in content
    assert "Show these columns" not in content
