"""The pages that register a custom field and change one."""

from typing import Any

import pytest
from django.test import Client

from cases.forms.definition import DefinitionForm
from cases.models import CustomProperty
from cases.services.properties import publish_property
from tests.admin.settings import fetched, save, url
from tests.factories import CaseFactory, CustomPropertyFactory, administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(administrator())
    return client


def opened(client: Client, field: CustomProperty) -> dict[str, Any]:
    """Return what a browser sends of the page of a field where nothing is typed in it."""
    return opened_again(client.get(url("change", field.pk)).context["form"])


def opened_again(form: DefinitionForm) -> dict[str, Any]:
    """Return what a browser sends of a form as it is shown."""
    sent = {name: form[name].value() for name in ("label", "name", "type")}
    ticks = ("searchable", "required_to_close")
    return {
        **sent,
        **{name: "on" for name in ticks if name in form.fields and form[name].value()},
        "list_name": [entry.name for entry in form["list_values"].value()],
        "list_value": [entry.value for entry in form["list_values"].value()],
        "shown": form.shown_text,
    }


def values(field: CustomProperty) -> list[str]:
    field.refresh_from_db()
    return [entry["value"] for entry in field.list_values]


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
        ({"name": "Title"}, "name", "Every case already has a key"),
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
    assert "2 open cases have no value yet" in shown.content.decode()
    again = save(admin_client, url("change", field.pk), "_save", required_to_close="on")
    assert "have no value in it yet" not in again.content.decode()


def test_only_the_cases_that_changed_last_are_looked_through(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.selectors.properties.SAMPLED_CASES", 2)
    CaseFactory.create_batch(3)
    shown = save(admin_client, url("add"), required_to_close="on").content.decode()
    assert "2 of the 2 cases that are open and were changed last have no value" in shown


def listed(*names: str) -> CustomProperty:
    entries = [{"name": name.title(), "value": name} for name in names]
    return CustomPropertyFactory(label="Size", type="single_sel_list", list_values=entries)


def test_the_second_to_save_is_told_keeps_what_was_typed_and_undoes_nothing(
    admin_client: Client,
) -> None:
    field = listed("small", "old")
    page = opened(admin_client, field)
    others = page | {"list_name": ["Small", "<b>Big</b>"], "list_value": ["small", "big"]}
    save(admin_client, url("change", field.pk), "_save", **others)

    answer = save(admin_client, url("change", field.pk), "_save", **page | {"label": "How big"})
    assert (field.label, values(field)) == ("Size", ["small", "big"])
    told = answer.content.decode()
    assert "Not saved" in told
    assert "Added: &lt;b&gt;Big&lt;/b&gt; (big)." in told
    assert "Removed: Old (old)." in told
    assert 'value="How big"' in told
    assert [entry.value for entry in answer.context["list_values"]] == ["small", "big"]

    again = others | {"label": "How big", "shown": answer.context["form"].shown_text}
    told = save(admin_client, url("change", field.pk), "_save", **again).content.decode()
    assert "was saved." in told
    assert (values(field), field.label) == (["small", "big"], "How big")


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({"label": "Their label"}, '<strong>Label:</strong> <bdi dir="auto">Their label'),
        ({"type": "textarea"}, '<strong>Type:</strong> <bdi dir="auto">Text area'),
        ({"required_to_close": True}, 'close:</strong> <bdi dir="auto">Yes'),
        ({"stage": "retiring"}, '<strong>Stage:</strong> <bdi dir="auto">Retiring'),
    ],
)
@pytest.mark.parametrize("mine", [{}, {"label": "My label"}])
def test_whatever_others_have_changed_is_named_and_stays(
    admin_client: Client, theirs: dict[str, Any], told: str, mine: dict[str, str]
) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Club")
    page = opened(admin_client, field) | mine
    CustomProperty.objects.filter(pk=field.pk).update(**theirs)

    answer = save(admin_client, url("change", field.pk), "_save", **page)
    assert told in answer.content.decode()
    assert CustomProperty.objects.filter(pk=field.pk, **{"label": "Club"} | theirs).exists()
    form = answer.context["form"]
    now = {"label": "Club", "type": "text", "required_to_close": False} | theirs | mine
    assert all(form[name].value() == now[name] for name in form.fields if name in now)

    save(admin_client, url("change", field.pk), "_save", **opened_again(form))
    assert CustomProperty.objects.filter(pk=field.pk, **theirs | mine).exists()


def test_who_saves_a_draft_that_others_have_published_is_told_first(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Club", stage="draft", first_live=None)
    page = opened(admin_client, field)
    publish_property(property_id=field.pk)
    answer = save(admin_client, url("change", field.pk), "_save", **page | {"label": "Mine"})
    assert '<strong>Stage:</strong> <bdi dir="auto">Live' in answer.content.decode()
    assert fetched(admin_client)["fields"][0]["label"] == "Club"


def test_of_two_who_type_otherwise_the_second_is_told_so_and_then_wins(
    admin_client: Client,
) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Club")
    page = opened(admin_client, field)
    save(admin_client, url("change", field.pk), "_save", **page | {"label": "Theirs"})
    answer = save(admin_client, url("change", field.pk), "_save", **page | {"label": "Mine"})
    assert "Theirs</bdi> (you entered something else)" in answer.content.decode()
    save(admin_client, url("change", field.pk), "_save", **opened_again(answer.context["form"]))
    field.refresh_from_db()
    assert field.label == "Mine"


def test_two_who_save_the_same_do_not_disagree(admin_client: Client) -> None:
    field = listed("small")
    mine = opened(admin_client, field) | {"label": "How big", "list_value": ["s"]}
    for _time in range(2):
        answer = save(admin_client, url("change", field.pk), "_save", **mine)
        assert "was saved." in answer.content.decode()
    assert (values(field), field.label) == (["s"], "How big")


def test_another_order_of_the_fields_is_nothing_to_be_told_of(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber", position=1)
    other = CustomPropertyFactory(name="other", position=2)
    page = opened(admin_client, field)
    admin_client.post(url("order"), {"object": "case", "ids": [other.pk, field.pk]})
    answer = save(admin_client, url("change", field.pk), "_save", **page | {"label": "New"})
    assert "was saved." in answer.content.decode()


def test_who_moves_rows_without_scripts_is_told_all_the_same(admin_client: Client) -> None:
    field = listed("small", "big")
    page = opened(admin_client, field)
    CustomProperty.objects.filter(pk=field.pk).update(label="Theirs")
    moved = save(admin_client, url("change", field.pk), "ignored", **page | {"_rows": "up-1"})
    answer = save(
        admin_client, url("change", field.pk), "_save", **opened_again(moved.context["form"])
    )
    assert "Not saved" in answer.content.decode()
    assert [entry.value for entry in answer.context["list_values"]] == ["big", "small"]


@pytest.mark.parametrize("shown", ["", "x", "a:b:c", "\x00"])
def test_a_page_that_does_not_say_what_it_showed_is_no_failure(
    admin_client: Client, shown: str
) -> None:
    field = CustomPropertyFactory(name="clubNumber")
    save(admin_client, url("change", field.pk), "_save", label="New label", shown=shown)
    field.refresh_from_db()
    assert field.label == "New label"


def test_the_page_that_refuses_is_read_out_and_takes_the_focus(admin_client: Client) -> None:
    field = CustomPropertyFactory(name="clubNumber", label="Club")
    page = opened(admin_client, field)
    CustomProperty.objects.filter(pk=field.pk).update(label="Theirs")
    told = save(admin_client, url("change", field.pk), "_save", **page).content.decode()
    assert told.count('role="alert"') == 1
    assert 'role="alert" tabindex="-1" x-init="$nextTick(() => $el.focus())"' in told
