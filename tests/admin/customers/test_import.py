"""Import of customers from a CSV file: tried first, then written; each invalid row says why."""

import os
import re
import tempfile
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases.choices import ObjectType, PropertyType
from cases.models import Customer, CustomProperty
from cases.selectors.customers.search import search_customers
from tests.factories import (
    CustomerFactory,
    CustomPropertyFactory,
    administrator,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db
NO_CSV = "This is not a CSV file in UTF-8 or UTF-16."
URL = "/admin/cases/customer/import/"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tried files apart from those of other portals on this machine."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(autouse=True)
def fields() -> None:
    """Register a name, a tier and a newsletter."""
    of_customer = {"object_type": ObjectType.CUSTOMER, "searchable": True}
    CustomPropertyFactory(name="fullName", label="Full name", **of_customer)
    CustomPropertyFactory(
        name="tier",
        label="Tier",
        type=PropertyType.SINGLE_SELECT_LIST,
        list_values=[{"name": "Gold", "value": "gold"}, {"name": "Silver", "value": "silver"}],
        **of_customer,
    )
    CustomPropertyFactory(
        name="newsletter", label="Newsletter", type=PropertyType.CHECKBOX, **of_customer
    )


def offer(client: Client, content: str | bytes) -> str:
    """Choose a file and return the page that answers."""
    data = content.encode() if isinstance(content, str) else content
    response = client.post(URL, {"file": SimpleUploadedFile("customers.csv", data)})
    assert response.status_code == 200
    return response.content.decode()


def confirm(client: Client, page: str) -> str:
    """Press the button of that page and return the page that follows."""
    return client.post(address(page), follow=True).content.decode()


def address(page: str) -> str:
    """Return where the button of that page leads."""
    found = re.search(rf'action="({URL}[^"]+)"', page)
    assert found, page
    return found[1]


def counts(page: str) -> list[int]:
    """Return how many are new, changed, unchanged and invalid."""
    return [int(n) for n in re.findall(r"<dd>(\d+)</dd>", page)]


def test_a_file_is_tried_before_anything_is_written(admin: Client) -> None:
    known = CustomerFactory(properties={"fullName": "Ann", "tier": "gold"})
    same = CustomerFactory(properties={"fullName": "Bo"})
    file = f"id,Full name,TIER\n{known.pk},Anna,\n{same.pk},Bo,\nnew-1,Çelik,silver\n"
    page = offer(admin, file)
    assert counts(page) == [1, 1, 1, 0]
    assert "Anna" in page
    assert Customer.objects.count() == 2

    assert "Imported: 1 new, 1 changed, 0 skipped." in confirm(admin, page)
    stored = dict(Customer.objects.values_list("pk", "properties"))
    assert stored == {
        known.pk: {"fullName": "Anna", "tier": "gold"},
        same.pk: {"fullName": "Bo"},
        "new-1": {"fullName": "Çelik", "tier": "silver"},
    }
    assert [found.pk for found in search_customers(criteria={"fullName": "çel"})] == ["new-1"]


def test_rows_at_fault_say_why_and_the_others_can_go_in(admin: Client) -> None:
    file = (
        "id,fullName,tier,newsletter\n"
        "good,Ann,gold,true\n"
        ",Nobody,,\n"
        "bad,Bo,bronze,perhaps\n"
        "good,Again,,\n"
        f"{'x' * 256},Long,,\n"
        f"long,{'y' * 256},,\n"
        "wide,Cy,,,,surplus\n"
        "short\n"
        "spread,Di,,,,,\n"
    )
    page = offer(admin, file)
    assert counts(page) == [3, 0, 0, 6]
    for problem in (
        "Every row needs an id.",
        "Must be one of: Gold, Silver.",
        "Must be Yes or No.",
        "Duplicate id: see an earlier row.",
        "An id can have at most 255 characters.",
        "Must have at most 255 characters, and has 256.",
        "The row has 6 cells, but the first line has 4.",
    ):
        assert problem in page
    assert "Imported: 3 new, 0 changed, 6 skipped." in confirm(admin, page)
    assert set(Customer.objects.values_list("pk", flat=True)) == {"good", "short", "spread"}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffid;fullName\nc-1;Ann\n".encode(),
        "id\tfullName\nc-1\tAnn\n".encode("utf-16"),
        b'\r\nid,other,fullName\r\nc-1,"x\r\ny",Ann\r\n,,\r\n',
        b"sep=;\r\nid;fullName\r\nc-1;Ann\r\n",
        b'"sep=^"\nid^fullName\nc-1^Ann\n',
        b"id|fullName\nc-1|Ann\n",
        b"id;Address (street, no., city);fullName\nc-1;x;Ann\n",
        b'id,"a;b;c;d",fullName\nc-1,x,Ann\n',
        "id,fullName\nc-1,'Ann\n".replace("'Ann", "Ann").encode(),
    ],
)
def test_it_reads_what_spreadsheets_write(admin: Client, content: bytes) -> None:
    confirm(admin, offer(admin, content))
    assert Customer.objects.get(pk="c-1").properties == {"fullName": "Ann"}


def test_it_takes_back_the_apostrophe_that_keeps_a_formula_from_running(admin: Client) -> None:
    confirm(admin, offer(admin, "id,fullName\nc-1,'=1+1\nc-2,'tis\nc-3,a;'=1\n"))
    names = {one.pk: one.properties["fullName"] for one in Customer.objects.all()}
    assert names == {"c-1": "=1+1", "c-2": "'tis", "c-3": "a;=1"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"id,fullName\n", "The file has no rows below the headers."),
        (b"name\nAnn\n", "The first line needs a header"),
        (b"id,fullName,Full name\n1,a,b\n", "Two columns are for the same field: fullName."),
        (
            b'id,fullName\nc-1,"two\nlines"\nc-2,"open\nc-3,Bo\nc-4,Cy\n',
            "Row 3, at line 4 of the file, can&#x27;t be read",
        ),
        (b'id,fullName\nc-1,5" disk\nc-2,"a"b\n', "Row 3, at line 3 of the file"),
        (b"id,fullName\nc-1,\xe9\xff\n", NO_CSV),
        (b"\xff\xfe\x00", NO_CSV),
        ("id\nc-1\n".encode("utf-32"), NO_CSV),
        ("id\nc-1\n".encode("utf-16-be"), NO_CSV),
        (b"PK\x03\x04\x14\x00\x00\x00workbook", NO_CSV),
        (b",,\n", "The file is empty."),
        (b"sep=;\n", "The file is empty."),
        (b'id,fullName\nc-1,"' + b"x" * 140_000 + b'"\n', "Row 2, at line 2 of the file"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    admin: Client, content: bytes, message: str
) -> None:
    page = offer(admin, content)
    assert message in page
    assert f'action="{URL}' not in page
    assert not Customer.objects.exists()


def test_hostile_cells_are_shown_and_not_run(admin: Client) -> None:
    page = offer(
        admin, 'id,fullName,"<img src=x onerror=alert(1)>"\n"<script>x</script>","<b>\x00",1\n'
    )
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "<b>" not in page
    assert counts(page)[3] == 1


def test_an_id_that_no_database_can_hold_is_a_fault_of_its_row(admin: Client) -> None:
    page = offer(admin, "id,fullName\nc-1,Ann\nc-\x002,Bo\n")
    assert counts(page) == [1, 0, 0, 1]
    assert "An id can&#x27;t contain a NUL character." in page


def test_a_file_goes_in_once_and_only_for_who_tried_it(admin: Client) -> None:
    page = offer(admin, "id\nc-1\n")
    other = Client()
    other.force_login(administrator())
    assert "no longer available" in confirm(other, page)
    assert not Customer.objects.exists()
    confirm(admin, page)
    Customer.objects.all().delete()
    assert "Imported: 1 new" in confirm(admin, page)
    assert not Customer.objects.exists()
    for key in ("forged", ".."):
        answer = admin.post(f"{URL}{key}/", follow=True)
        assert answer.status_code == 404 or "no longer available" in answer.content.decode()


def test_only_administrators_import(client: Client) -> None:
    client.force_login(team_lead())
    assert client.get(URL).status_code == 403
    assert "Import" not in client.get("/admin/cases/customer/").content.decode()


def test_a_large_file_takes_no_more_statements_a_batch(
    admin: Client, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.admin.customers.importing.PATIENCE_SECONDS", 600)
    rows = "\n".join(f"c-{n},Person {n}" for n in range(2_000))
    page = offer(admin, f"id,fullName\n{rows}\n")
    with django_assert_max_num_queries(70):
        confirm(admin, page)
    assert Customer.objects.count() == 2_000


def exported(client: Client, **query: str) -> bytes:
    """Return the list of customers as CSV."""
    answer = client.get(reverse("admin:cases_customer_export_file", args=("csv",)), query)
    return b"".join(answer.streaming_content)


def of_customer(**fields: str) -> None:
    CustomPropertyFactory(object_type=ObjectType.CUSTOMER, **fields)


def test_a_label_that_is_the_name_of_another_field_means_neither(admin: Client) -> None:
    CustomProperty.objects.filter(name="tier").update(label="Loyalty level")
    of_customer(name="tierNew", label="TIER")
    CustomerFactory(id="c-1", properties={"tier": "gold", "tierNew": "silver"})
    for chosen in ("tierNew", "tier,tierNew", ""):
        content = exported(admin, columns=chosen)
        assert b"tierNew" in content.splitlines()[0]
        assert counts(offer(admin, content)) == [0, 0, 1, 0]
    page = offer(admin, "id,Tier\nc-1,silver\n")
    assert counts(page) == [0, 0, 1, 0]
    assert "Ignored columns" in page
    # By its name as it is written the first field can still be filled.
    confirm(admin, offer(admin, "id,tier\nc-1,silver\n"))
    assert Customer.objects.get(pk="c-1").properties == {"tier": "silver", "tierNew": "silver"}


def test_a_label_of_a_retiring_field_means_neither_too(admin: Client) -> None:
    of_customer(name="tierOld", label="Tier of old", stage="retiring")
    of_customer(name="tierNew", label="Tier of old")
    CustomerFactory(id="c-1", properties={"tierOld": "a", "tierNew": "b"})
    confirm(admin, offer(admin, exported(admin).replace(b",b", b",c")))
    assert Customer.objects.get(pk="c-1").properties == {"tierOld": "a", "tierNew": "c"}


def test_the_form_promises_the_headers_that_it_takes(admin: Client) -> None:
    of_customer(name="tierNew", label="tier")
    form = re.sub(r"<[^>]+>", "", admin.get(URL).content.decode())
    assert "fullName or Full name" in form
    assert "tierNew" in form
    assert "tierNew or" not in form


@pytest.mark.parametrize("label", ["ID", "Customer", "CustomerID", "customer id", "Last updated"])
def test_a_field_with_the_label_of_another_column_comes_back(admin: Client, label: str) -> None:
    of_customer(name="number7", label=label)
    CustomerFactory(id="c-1", properties={"number7": "7"})
    confirm(admin, offer(admin, exported(admin).replace(b",7", b",8")))
    assert dict(Customer.objects.values_list("pk", "properties")) == {"c-1": {"number7": "8"}}


@pytest.mark.parametrize("name", ["customer", "Customer", "cases", "Cases"])
def test_a_field_with_the_name_of_another_column_keeps_its_value(admin: Client, name: str) -> None:
    of_customer(name=name, label="Remark")
    CustomerFactory(id="c-1", properties={name: "7"})
    content = exported(admin)
    assert counts(offer(admin, content)) == [0, 0, 1, 0]
    confirm(admin, offer(admin, content.replace(b",7", b",8")))
    assert dict(Customer.objects.values_list("pk", "properties")) == {"c-1": {name: "8"}}


@pytest.mark.parametrize("label", ["@Twitter", "+1 or more", "'=x", "-"])
def test_a_label_that_looks_like_a_formula_comes_back(admin: Client, label: str) -> None:
    of_customer(name="number7", label=label)
    CustomerFactory(id="c-1", properties={"number7": "7"})
    confirm(admin, offer(admin, exported(admin).replace(b",7", b",8")))
    assert Customer.objects.get(pk="c-1").properties == {"number7": "8"}


def test_what_was_exported_comes_back_unchanged_whatever_its_type(admin: Client) -> None:
    of_customer = {"object_type": ObjectType.CUSTOMER}
    remarks = CustomPropertyFactory(
        name="remarks", label="Remarks", type=PropertyType.TEXTAREA, **of_customer
    )
    CustomPropertyFactory(name="caseCount", label="Cases", **of_customer)
    for name in ("one", "other"):
        CustomPropertyFactory(name=name, label="Alike", **of_customer)
    names = (
        "Ann",
        "=1+1",
        "'=1+1",
        "a;'=1",
        "\n@x",
        "+44 20",
        " \u200b-1",
        "﹣1",
        " a ",
        'a;b,"c"\td',
    )
    for place, name in enumerate(names):
        CustomerFactory(
            id=f"=c-{place}",
            properties={
                "fullName": name,
                remarks.name: f"{name}\r\n\n{name}",
                "tier": ("gold", "silver", "no longer offered")[place % 3],
                "newsletter": ("true", "false")[place % 2],
                "caseCount": "many",
                "one": "1",
                "other": "2",
            },
        )
    CustomerFactory(properties={})
    page = offer(admin, exported(admin))
    assert counts(page) == [0, 0, len(names) + 1, 0], page


@pytest.mark.parametrize(
    ("tier", "newsletter"),
    [
        ("Gold card", "Yes"),
        ("gold CARD", "yes"),
        ("gold", "true"),
        ("GOLD ", "TRUE"),
        ("gold", "1"),
    ],
)
def test_a_cell_takes_what_staff_read_or_the_value(
    admin: Client, tier: str, newsletter: str
) -> None:
    CustomProperty.objects.filter(name="tier").update(
        list_values=[
            {"name": "Gold card", "value": "gold"},
            {"name": "Second card", "value": "second"},
            {"name": "GOLD", "value": "third"},
        ]
    )
    forget()
    no = {"Yes": "No", "yes": "no", "true": "false", "TRUE": "FALSE", "1": "0"}[newsletter]
    file = f"id,tier,newsletter\nc-1,{tier},{newsletter}\nc-2,second,{no}\n"
    page = offer(admin, file)
    assert "Gold card" in page
    assert ">Yes<" in page
    confirm(admin, page)
    assert dict(Customer.objects.values_list("pk", "properties")) == {
        "c-1": {"tier": "gold", "newsletter": "true"},
        "c-2": {"tier": "second", "newsletter": "false"},
    }


@pytest.mark.parametrize("key", [" pad ", "tab\t", "\u00a0nb", "\tfirst"])
def test_an_id_with_spaces_around_it_is_that_of_the_customer_who_has_it(
    admin: Client, key: str
) -> None:
    CustomerFactory(id=key, properties={"fullName": "Ann"})
    content = exported(admin)
    assert counts(offer(admin, content)) == [0, 0, 1, 0]
    confirm(admin, offer(admin, content.replace(b"Ann", b"Bo")))
    assert dict(Customer.objects.values_list("pk", "properties")) == {key: {"fullName": "Bo"}}


def test_spaces_around_any_other_id_are_left_out(admin: Client) -> None:
    CustomerFactory(id="c-1", properties={})
    page = offer(admin, 'id,fullName\n c-1 ,Ann\n"c-2\t",Bo\nc-2,Cy\n  ,\n')
    assert counts(page) == [1, 1, 0, 1]
    confirm(admin, page)
    names = {one.pk: one.properties["fullName"] for one in Customer.objects.all()}
    assert names == {"c-1": "Ann", "c-2": "Bo"}


def test_a_name_of_several_entries_is_a_fault_unless_it_is_what_is_stored(admin: Client) -> None:
    CustomProperty.objects.filter(name="tier").update(
        list_values=[{"name": "Gold", "value": "au"}, {"name": "Gold", "value": "old"}]
    )
    forget()
    for value in ("au", "old"):
        CustomerFactory(id=value, properties={"tier": value})
    page = offer(admin, "id,tier\nau,Gold\nold,Gold\nnew,Gold\nother,old\n")
    assert counts(page) == [1, 0, 2, 1]
    assert "Matches several entries: use a value instead (au, old)." in page


def test_rows_have_the_numbers_that_a_spreadsheet_shows(admin: Client) -> None:
    file = 'sep=,\n\nid,fullName\n,nobody\n\nc-1,"two\nlines"\n\n\nc-1,again\n'
    page = offer(admin, file)
    numbers = re.findall(r"<tr>\s*<td>([\d,]+)</td>", page)
    assert numbers == ["3", "8", "5"]


def test_an_id_of_a_row_at_fault_counts_as_taken(admin: Client) -> None:
    page = offer(admin, "id,tier\nc-1,bronze\nc-1,gold\n")
    assert counts(page) == [0, 0, 0, 2]
    assert "Duplicate id: see an earlier row." in page


def test_numbers_are_written_as_the_reader_does(admin: Client) -> None:
    admin.defaults["HTTP_ACCEPT_LANGUAGE"] = "de-DE"
    rows = "".join(f"c-{n}\n" for n in range(1_200))
    page = offer(admin, f"id\n{rows}")
    assert "Import 1.200 rows" in page
    assert "Imported: 1.200 new" in confirm(admin, page)
    page = offer(admin, "id\n" + "x\n" * 50_001)
    assert "more than 50.000 rows" in page


def test_where_a_field_changes_after_the_trial_the_file_is_tried_again(admin: Client) -> None:
    page = offer(admin, "id,Nickname\nc-1,Annie\n")
    assert "Ignored columns" in page
    field = CustomProperty.objects.get(name="fullName")
    CustomProperty.objects.filter(pk=field.pk).update(label="Nickname")
    forget()
    again = confirm(admin, page)
    assert "The customer fields have changed since the preview." in again
    assert "Annie" in again
    assert not Customer.objects.exists()
    confirm(admin, again)
    assert Customer.objects.get(pk="c-1").properties == {"fullName": "Annie"}


def test_a_file_that_a_changed_field_makes_unreadable_is_kept(admin: Client) -> None:
    page = offer(admin, "id,Full name,Nickname\nc-1,Ann,Annie\n")
    # Both columns are its own now: one is its name.
    CustomProperty.objects.filter(name="fullName").update(name="Nickname")
    forget()
    answer = confirm(admin, page)
    assert "have changed since the preview" in answer
    assert not Customer.objects.exists()
    assert len(folders()) == 1


def folders() -> list[Path]:
    """Return what is kept of files that were tried."""
    return list(Path(tempfile.gettempdir()).glob("caseportal-import-*"))


def test_a_long_file_goes_in_step_by_step_and_can_be_gone_on_with(admin: Client) -> None:
    rows = "".join(f"c-{n},Person {n}\n" for n in range(1_200))
    page = offer(admin, f"id,fullName\n,nobody\n{rows}")
    script = {"Accept": "application/json"}
    steps = []
    while not steps or not steps[-1]["over"]:
        steps.append(admin.post(address(page), headers=script).json())
        if len(steps) == 1:
            assert Customer.objects.count() == 500
            assert "500 of 1,200 rows" in admin.get(address(page)).content.decode()
            form = admin.get(URL).content.decode()
            assert "You have an unfinished import: 500 of 1,200 rows." in form
            assert address(form) == address(page)
    assert [step["percent"] for step in steps] == [41, 83, 100]
    assert steps[-1]["outcome"] == "Imported: 1,200 new, 0 changed, 1 skipped."
    assert Customer.objects.count() == 1_200
    [kept] = folders()
    assert not [path.name for path in kept.iterdir() if path.name in {"file", "rows"}]
    assert "An import of yours" not in admin.get(URL).content.decode()


def test_a_field_that_changes_between_steps_stops_the_import(admin: Client) -> None:
    rows = "".join(f"c-{n},gold\n" for n in range(600))
    page = offer(admin, f"id,tier\n{rows}")
    script = {"Accept": "application/json"}
    admin.post(address(page), headers=script)
    CustomProperty.objects.filter(name="tier").update(
        list_values=[{"name": "Silver", "value": "silver"}]
    )
    forget()
    answer = admin.post(address(page), headers=script)
    assert answer.status_code == 409
    assert "Press Continue" in answer.json()["message"]
    again = confirm(admin, page)
    assert counts(again) == [0, 0, 500, 100]
    assert Customer.objects.count() == 500


def test_nothing_is_written_before_the_button_is_pressed(admin: Client) -> None:
    page = offer(admin, "id\nc-1\n")
    assert admin.get(address(page), follow=True).redirect_chain[-1][0] == URL
    assert not Customer.objects.exists()


@pytest.mark.parametrize("visit", [URL, "/admin/cases/customer/", "prune"])
def test_a_file_that_was_only_tried_is_forgotten_within_the_hour(admin: Client, visit: str) -> None:
    offer(admin, "id\nc-1\n")
    offer(admin, "id\nc-2\n")
    old, new = folders()
    hour_ago = time.time() - 3_601
    os.utime(old / "state", (hour_ago, hour_ago))
    if visit == "prune":
        call_command("prune_requests")
    else:
        admin.get(visit)
    assert folders() == [new]
