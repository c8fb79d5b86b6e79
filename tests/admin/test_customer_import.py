"""Import of customers from a CSV file: tried first, then written; each row at fault says why."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.choices import ObjectType, PropertyType
from cases.models import Customer
from cases.selectors.customer_search import search_customers
from tests.factories import CustomerFactory, CustomPropertyFactory, administrator, team_lead

pytestmark = pytest.mark.django_db
URL = "/admin/cases/customer/import/"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


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
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token, page
    return client.post(URL, {"token": token[1]}, follow=True).content.decode()


def counts(page: str) -> list[int]:
    """Return how many are new, changed, as they are and at fault."""
    return [int(n) for n in re.findall(r"<dd>(\d+)</dd>", page)]


def test_a_file_is_tried_before_anything_is_written(admin: Client) -> None:
    known = CustomerFactory(properties={"fullName": "Ann", "tier": "gold"})
    same = CustomerFactory(properties={"fullName": "Bo"})
    file = f"id,Full name,TIER\n{known.pk},Anna,\n{same.pk},Bo,\nnew-1,Çelik,silver\n"
    page = offer(admin, file)
    assert counts(page) == [1, 1, 1, 0]
    assert "Anna" in page
    assert Customer.objects.count() == 2

    assert "Imported: 1 new, 1 changed, 0 left out." in confirm(admin, page)
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
        "Must be one of: gold, silver.",
        "Must be true or false.",
        "The id stands in an earlier row already.",
        "An id has at most 255 characters.",
        "Must have at most 255 characters, and has 256.",
        "The row has 6 cells, the first line 4.",
    ):
        assert problem in page
    assert "Imported: 3 new, 0 changed, 6 left out." in confirm(admin, page)
    assert set(Customer.objects.values_list("pk", flat=True)) == {"good", "short", "spread"}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffid;fullName\nc-1;Ann\n".encode(),
        "id\tfullName\nc-1\tAnn\n".encode("utf-16"),
        b'\r\nid,other,fullName\r\nc-1,"x\r\ny",Ann\r\n,,\r\n',
        "id,fullName\nc-1,'Ann\n".replace("'Ann", "Ann").encode(),
    ],
)
def test_it_reads_what_spreadsheets_write(admin: Client, content: bytes) -> None:
    confirm(admin, offer(admin, content))
    assert Customer.objects.get(pk="c-1").properties == {"fullName": "Ann"}


def test_it_takes_back_the_apostrophe_that_keeps_a_formula_from_running(admin: Client) -> None:
    confirm(admin, offer(admin, "id,fullName\nc-1,'=1+1\nc-2,'tis\n"))
    names = {one.pk: one.properties["fullName"] for one in Customer.objects.all()}
    assert names == {"c-1": "=1+1", "c-2": "'tis"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"id,fullName\n", "The file has no rows below its headers."),
        (b"name\nAnn\n", "The first line needs a header"),
        (b"id,fullName,Full name\n1,a,b\n", "Two columns stand for the same field: fullName."),
        (
            b'id,fullName\nc-1,"two\nlines"\nc-2,"open\nc-3,Bo\nc-4,Cy\n',
            "Line 4 can&#x27;t be read",
        ),
        (b'id,fullName\nc-1,5" disk\nc-2,"a"b\n', "Line 3 can&#x27;t be read"),
        (b"id,fullName\nc-1,\xe9\xff\n", "The file is not in UTF-8."),
        (b"\xff\xfe\x00", "The file is not in UTF-8."),
        (b'id,fullName\nc-1,"' + b"x" * 140_000 + b'"\n', "Line 2 can&#x27;t be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    admin: Client, content: bytes, message: str
) -> None:
    page = offer(admin, content)
    assert message in page
    assert 'name="token"' not in page
    assert not Customer.objects.exists()


def test_hostile_cells_are_shown_and_not_run(admin: Client) -> None:
    page = offer(
        admin, 'id,fullName,"<img src=x onerror=alert(1)>"\n"<script>x</script>","<b>\x00",1\n'
    )
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "<b>" not in page
    assert counts(page)[3] == 1


def test_a_file_goes_in_once_and_only_for_who_tried_it(admin: Client) -> None:
    page = offer(admin, "id\nc-1\n")
    other = Client()
    other.force_login(administrator())
    assert "no longer there" in confirm(other, page)
    assert not Customer.objects.exists()
    confirm(admin, page)
    assert "no longer there" in confirm(admin, page)
    assert Customer.objects.count() == 1
    assert "no longer there" in admin.post(URL, {"token": "forged"}, follow=True).content.decode()


def test_only_administrators_import(client: Client) -> None:
    client.force_login(team_lead())
    assert client.get(URL).status_code == 403
    assert "Import" not in client.get("/admin/cases/customer/").content.decode()


def test_a_large_file_takes_no_more_statements_a_batch(
    admin: Client, django_assert_max_num_queries: object
) -> None:
    rows = "\n".join(f"c-{n},Person {n}" for n in range(2_000))
    page = offer(admin, f"id,fullName\n{rows}\n")
    with django_assert_max_num_queries(60):
        confirm(admin, page)
    assert Customer.objects.count() == 2_000
