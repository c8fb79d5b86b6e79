"""The settings page for custom fields, its forms and its buttons."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from cases.models import Case, CustomProperty
from tests.admin.settings import fetched, save, url
from tests.factories import (
    CaseFactory,
    CustomPropertyFactory,
    UserFactory,
    administrator,
    agent,
    team_lead,
)

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(administrator())
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(url("changelist") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def staged(client: Client, field: CustomProperty, action: str) -> str:
    return client.post(url("stage", field.pk, action), follow=True).content.decode()


def test_each_tab_shows_the_fields_of_its_object(admin_client: Client) -> None:
    CustomPropertyFactory(label="Club of a case")
    CustomPropertyFactory(label="E-mail of a customer", object_type="customer")
    assert "Club of a case" in page(admin_client)
    assert "E-mail of a customer" not in page(admin_client)
    assert "E-mail of a customer" in page(admin_client, "?object=customer")
    assert "Club of a case" in page(admin_client, "?object=nonsense")


def test_an_empty_page_says_what_to_do(admin_client: Client) -> None:
    shown = page(admin_client)
    assert "No case fields yet" in shown
    assert "Every key that Khoros sent has a field" in shown


def test_the_preview_is_what_khoros_fetches(admin_client: Client) -> None:
    CustomPropertyFactory(name="later", position=2, label="Später “é”")
    CustomPropertyFactory(
        name="colour",
        position=1,
        type="single_sel_list",
        list_values=[{"name": "Red", "value": "r"}],
    )
    CustomPropertyFactory(name="hidden", stage="draft")
    preview = admin_client.get(url("changelist")).context["preview"]
    assert json.loads(preview) == fetched(admin_client)
    assert [entry["name"] for entry in json.loads(preview)["fields"]] == ["colour", "later"]


def test_the_page_takes_the_same_queries_however_much_there_is(
    admin_client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    CustomPropertyFactory()
    CaseFactory(unregistered={"a": 1})
    page(admin_client)
    with django_assert_max_num_queries(12) as first:
        page(admin_client)
    for number in range(5):
        CustomPropertyFactory()
        CaseFactory(unregistered={f"key{number}": "x"})
    with django_assert_num_queries(len(first)):
        page(admin_client)


def test_it_shows_how_many_cases_use_a_field(admin_client: Client) -> None:
    CustomPropertyFactory(name="club")
    CaseFactory.create_batch(2, properties={"club": "1"})
    assert "In use by 2 cases" in page(admin_client)


def test_among_many_cases_it_shows_how_many_of_the_newest_use_a_field(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.properties.SAMPLED_USES", 2)
    CustomPropertyFactory(name="club")
    CaseFactory.create_batch(2, properties={"club": "1"})
    CaseFactory()
    assert "In use by 1 of the newest 2 cases" in page(admin_client)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("live", "Open cases need a value before they can be closed"),
        ("draft", "Required to close once live"),
        ("retiring", "Not required to close while retiring"),
    ],
)
def test_it_says_whether_a_field_is_required_to_close(
    admin_client: Client, stage: str, words: str
) -> None:
    field = CustomPropertyFactory(stage=stage)
    assert words not in page(admin_client)
    CustomProperty.objects.filter(pk=field.pk).update(required_to_close=True)
    assert words in page(admin_client)


def test_the_buttons_take_a_field_through_its_life(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="club", label="Club", stage="draft")
    for action, stage in [
        ("publish", "live"),
        ("retire", "retiring"),
        ("archive", "archived"),
        ("restore", "retiring"),
        ("publish", "live"),
    ]:
        assert "Club" in staged(admin_client, field, action)
        field.refresh_from_db()
        assert field.stage == stage


def test_an_old_pages_button_changes_nothing_and_says_so(admin_client: Client) -> None:
    field = CustomPropertyFactory(stage="archived")
    assert "so this isn&#x27;t possible" in staged(admin_client, field, "retire")
    field.refresh_from_db()
    assert field.stage == "archived"


def test_what_arrived_unregistered_is_listed_with_its_count_and_example(
    admin_client: Client,
) -> None:
    CaseFactory(unregistered={"orderNo": "A-1"})
    CaseFactory(unregistered={"orderNo": "A-2"})
    (row,) = admin_client.get(url("changelist")).context["unmapped_rows"]
    assert (row.key.name, row.key.cases, row.key.example) == ("orderNo", 2, "A-2")
    assert "2 cases" in page(admin_client)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["A-1", 7], "text"),
        ([True, "false", None], "checkbox"),
        (["two\nlines", "x"], "textarea"),
        (["x" * 256], "textarea"),
    ],
)
def test_register_opens_the_form_with_a_name_a_label_and_a_type(
    admin_client: Client, values: list[Any], kind: str
) -> None:
    for value in values:
        CaseFactory(unregistered={"orderNo": value})
    (row,) = admin_client.get(url("changelist")).context["unmapped_rows"]
    assert row.register_url.replace("&", "&amp;") in page(admin_client)
    answer = admin_client.get(row.register_url)
    form = answer.context["form"]
    typed = {name: form[name].value() for name in ("name", "label", "type")}
    assert typed == {"name": "orderNo", "label": "Order no", "type": kind}


def test_the_form_opens_with_a_name_that_no_field_could_have(admin_client: Client) -> None:
    answer = admin_client.get(url("add"), {"name": "a\x00b"})
    assert answer.status_code == 200
    assert answer.context["unmapped_cases"] == 0


def test_registering_fills_in_the_unmapped_values_and_counts_them(admin_client: Client) -> None:
    CaseFactory(unregistered={"clubNumber": "A1"})
    CaseFactory(unregistered={"clubNumber": ["no", "text"]})
    shown = save(admin_client, url("add") + "?name=clubNumber").content.decode()
    assert "Filled in the unmapped values of 1 case." in shown
    assert "The values of 1 case stay unmapped" in shown
    assert Case.objects.filter(properties={"clubNumber": "A1"}).count() == 1


@pytest.mark.parametrize("name", ["not a name", "prototype", "CLUB"])
def test_a_key_that_can_not_be_registered_says_why(admin_client: Client, name: str) -> None:
    CustomPropertyFactory(name="club")
    CaseFactory(unregistered={name: "x"})
    shown = page(admin_client)
    assert "No field can have this name." in shown
    assert ">Register<" not in shown


def test_values_left_behind_come_in_once_they_fit(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="club", type="textarea")
    case = CaseFactory(unregistered={"club": "x" * 300})
    assert "Try again" in page(admin_client)
    assert "Filled in the unmapped values of 1 case" in staged(admin_client, field, "fill-in")
    case.refresh_from_db()
    assert case.unregistered is None


def test_dragging_stores_the_order_and_answers_the_new_preview(admin_client: Client) -> None:
    one, two = CustomPropertyFactory(name="one"), CustomPropertyFactory(name="two")
    answer = admin_client.post(url("order"), {"object": "case", "ids": [two.pk, one.pk, "x"]})
    assert json.loads(answer.json()["preview"]) == fetched(admin_client)
    assert [entry["name"] for entry in fetched(admin_client)["fields"]] == ["two", "one"]


def test_the_arrow_buttons_move_a_field(admin_client: Client) -> None:
    one = CustomPropertyFactory(name="one")
    CustomPropertyFactory(name="two")
    admin_client.post(url("move", one.pk), {"steps": "1"})
    assert [entry["name"] for entry in fetched(admin_client)["fields"]] == ["two", "one"]


def test_hostile_text_is_shown_as_text(admin_client: Client) -> None:
    field = CustomPropertyFactory(
        label=HOSTILE,
        type="single_sel_list",
        list_values=[{"name": HOSTILE, "value": HOSTILE}],
    )
    CaseFactory(unregistered={HOSTILE: HOSTILE})
    shown = page(admin_client) + admin_client.get(url("change", field.pk)).content.decode()
    shown += admin_client.get(url("add"), {"name": HOSTILE}).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_what_was_done_is_in_the_fields_history(admin_client: Client) -> None:
    save(admin_client, url("add"))
    field = CustomProperty.objects.get()
    staged(admin_client, field, "retire")
    shown = admin_client.get(url("history", field.pk)).content.decode()
    assert "Created as a draft." in shown
    assert "is live" in shown
    assert "is retiring" in shown


@pytest.mark.parametrize("make_user", [agent, team_lead])
def test_who_may_not_see_settings_is_refused_everywhere(client: Client, make_user: Any) -> None:
    field = CustomPropertyFactory()
    client.force_login(make_user())
    for address in (url("changelist"), url("add"), url("change", field.pk)):
        assert client.get(address).status_code == 403
    for address in (
        url("add"),
        url("change", field.pk),
        url("order"),
        url("move", field.pk),
        url("stage", field.pk, "retire"),
    ):
        assert client.post(address, {"label": "x"}).status_code == 403
    field.refresh_from_db()
    assert field.stage == "live"


def test_who_may_only_see_the_settings_finds_nothing_to_press(client: Client) -> None:
    field = CustomPropertyFactory(label="Club")
    CaseFactory(unregistered={"orderNo": "1"})
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_customproperty"))
    client.force_login(user)
    shown = page(client) + client.get(url("change", field.pk)).content.decode()
    assert "Club" in shown
    for button in ("Retire", "Move up", "New field", ">Register<", "Save", "_rows"):
        assert button not in shown
    assert client.post(url("change", field.pk), {"label": "x"}).status_code == 403
    assert client.post(url("stage", field.pk, "retire")).status_code == 403


def test_who_may_only_add_can_save_a_draft_and_not_publish(client: Client) -> None:
    user = UserFactory()
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["add_customproperty", "view_customproperty"])
    )
    client.force_login(user)
    assert "Save and publish" not in client.get(url("add")).content.decode()
    assert save(client, url("add"), "_publish").status_code == 403
    assert not CustomProperty.objects.exists()
    save(client, url("add"), "_save")
    assert CustomProperty.objects.get().stage == "draft"


@pytest.mark.parametrize(
    ("name", "args"), [("order", ()), ("move", (1,)), ("stage", (1, "retire"))]
)
def test_buttons_work_by_post_alone(
    admin_client: Client, name: str, args: tuple[object, ...]
) -> None:
    CustomPropertyFactory(pk=1)
    assert admin_client.get(url(name, *args)).status_code == 405


def test_a_step_that_does_not_exist_is_not_found(admin_client: Client) -> None:
    field = CustomPropertyFactory()
    assert admin_client.post(url("stage", field.pk, "delete")).status_code == 404
    assert admin_client.post(url("stage", field.pk + 1, "retire")).status_code == 404
    assert admin_client.get(url("change", field.pk + 1)).status_code == 404
