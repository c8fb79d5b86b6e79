"""Lists as files: their rows and columns, harmless to a spreadsheet, read as they are sent."""

import csv
import io
import json
import logging
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.admin.common.reader import ZONE_COOKIE
from cases.admin.registry import AuthorAdmin, CustomerAdmin, RecordedRequestAdmin
from cases.models import Case, Integration, RecordedRequest
from cases.services import export_files
from cases.services.export_cells import EXCEL_CELL, csv_text, excel_text, harmless, read_harmless
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    administrator,
    agent,
    forget,
    team_lead,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:cases_case_export")


def sign_in(user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or agent())
    return client


def export(name: str = "csv", model: str = "case", user: User | None = None, **query: Any) -> bytes:
    url = reverse(f"admin:cases_{model}_export_file", args=(name,))
    answer = sign_in(user).get(url, query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def excel_rows(content: bytes, sheet: int = 0) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\ntext",
        "\ttext",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
        "   =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\u202e=1",
        "\u3000＝1",
        "\x01=1",
        "\u2800=1",
        "\u3164@x",
        "\ufe0f=1",
        " \u200b \t",
    ],
)
def test_what_a_spreadsheet_could_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert read_harmless(harmless(text)) == text
    assert excel_text(text).startswith("'") or text in {"+1", "-1"}


@pytest.mark.parametrize("text", ["", "text", "1=1", "a-b", "'=1", "  text", "مرحبا", "📦 =1", "٣"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
    assert read_harmless(text) == text or text == "'=1"


DIVIDED = {
    "Hi;=1+1;y": "Hi;'=1+1;y",
    "Hi\t@SUM(1)\ty": "Hi\t'@SUM(1)\ty",
    "a|  ＝1": "a|  '＝1",
    "a\n=1\r\n-2": "a\n'=1\r\n'-2",
    'a;"=1"': 'a;"\'=1"',
    "a;\u200b;|+1": "a;\u200b;|'+1",
    "a;'=1;''=2": "a;''=1;'''=2",
    "\t=1": "'\t'=1",
    "=1;=2": "'=1;'=2",
    "a;b-1;c": "a;b-1;c",
    "a;": "a;",
    "a;'": "a;'",
    "x=1, =2": "x=1, =2",
}


@pytest.mark.parametrize(("text", "safe"), DIVIDED.items())
def test_csv_has_an_apostrophe_also_where_another_separator_would_begin_a_cell(
    text: str, safe: str
) -> None:
    assert csv_text(text) == safe
    assert read_harmless(safe) == text


def test_no_separator_makes_a_formula_of_a_title() -> None:
    for title in ("Hi;=1+1;y", "Hi\t@SUM(1)\ty", "Hi|+1|y", "Hi\n=1+1\ny", 'a;"=1+1";"'):
        CaseFactory(title=title)
    text = export(tab="all", columns="number,title").decode("utf-8-sig")
    for separator in ",;\t|":
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
        assert [cell for cell in cells if harmless(cell) != cell] == []


def test_a_long_text_of_separators_is_read_once() -> None:
    text = "\n ;" * 20_000 + "=1"
    assert read_harmless(csv_text(text)) == text


@pytest.mark.parametrize("text", ["+44 20 7946-0000", "+1 (555) 0100", "-5", "+49/30/1234"])
def test_a_phone_number_is_a_text_of_excel_without_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    parts = export_files.write_excel(["n"], iter([[[text]]]))
    content = b"".join(part.data for part in parts)
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["+1+1", "-2*3", "+1|cmd", "-A1", "+٣", "=1", "+1\t"])
def test_what_more_than_a_number_begins_with_a_sign_has_the_apostrophe_in_excel(text: str) -> None:
    parts = export_files.write_excel(["n"], iter([[[text]]]))
    assert excel_rows(b"".join(part.data for part in parts))[1] == [f"'{text}"]


def test_times_are_dates_of_excel_in_the_zone_of_the_reader() -> None:
    closed = datetime(2026, 3, 1, 20, 30, 15, 999, tzinfo=UTC)
    CaseFactory(created=datetime(2026, 3, 1, 9, tzinfo=UTC), closed_at=closed, closed=True)
    CaseFactory()
    client = sign_in()
    client.cookies[ZONE_COOKIE] = "Asia%2FKolkata"
    url = reverse("admin:cases_case_export_file", args=("xlsx",))
    answer = client.get(url, {"tab": "all", "sort": "number", "columns": "title,closed,number"})
    content = b"".join(answer.streaming_content)
    heads, first, second = excel_rows(content)
    assert heads == ["Title", "Closed (Asia/Kolkata)", "Number"]
    assert first[1] == datetime(2026, 3, 2, 2, 0, 15)
    assert second[1] is None
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["B2"]
    assert cell.is_date
    assert cell.number_format == "yyyy-mm-dd hh:mm:ss"


def test_a_column_of_times_names_its_zone_wherever_its_first_time_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cases.selectors.export.CHUNK", 1)
    CaseFactory()
    CaseFactory(closed=True)
    query = {"tab": "all", "sort": "number", "columns": "title,closed"}
    heads, first, second = excel_rows(export("xlsx", **query))
    assert heads == ["Title", "Closed (UTC)"]
    assert first[1] is None
    assert isinstance(second[1], datetime)
    assert csv_rows(export("csv", **query))[0] == ["Title", "Closed"]


@pytest.mark.parametrize(
    ("model", "times"), [("customer", 2), ("author", 0), ("recordedrequest", 1)]
)
def test_the_times_of_other_lists_name_their_zone_too(model: str, times: int) -> None:
    (heads,) = excel_rows(export("xlsx", model=model, user=administrator()))
    assert len([head for head in heads if head.endswith(" (UTC)")]) == times, heads


def test_csv_and_json_have_times_in_iso_8601() -> None:
    CaseFactory(created=datetime(2026, 3, 1, 9, 0, 0, 999, tzinfo=UTC))
    query = {"tab": "all", "columns": "title,created"}
    assert csv_rows(export("csv", **query))[1][1] == "2026-03-01T09:00:00+00:00"
    assert json.loads(export("json", **query))[0]["Opened"] == "2026-03-01T09:00:00+00:00"


def test_the_page_tells_the_script_how_the_reader_writes_numbers() -> None:
    CaseFactory()
    page = sign_in().get(PAGE, headers={"Accept-Language": "de-DE,en;q=0.5"}).content.decode()
    assert 'data-locale="de-DE"' in page


def test_the_files_of_hostile_cases_are_harmless_and_whole() -> None:
    titles = ["=cmd|' /C calc'!A0", 'a,b;"c"\nd', "x" * 255, "\x01\x0b\ufffe_x003D_", "مرحبا 📦"]
    for title in titles:
        CaseFactory(title=title)
    query = {"tab": "all", "columns": "title", "sort": "number"}
    safe = [[f"'{title}" if title[0] == "=" else title] for title in titles]
    assert csv_rows(export("csv", **query)) == [["Title"], *safe]
    assert json.loads(export("json", **query)) == [{"Title": title} for title in titles]
    rows = excel_rows(export("xlsx", **query))
    assert rows[:4] == [["Title"], *safe[:3]]
    assert rows[5] == safe[4]
    assert "=" not in openpyxl.utils.escape.unescape(rows[4][0])[:3]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    CaseFactory()
    assert export("csv", tab="all").startswith(b"\xef\xbb\xbf")


def test_it_has_the_rows_and_columns_of_the_list_in_its_order() -> None:
    CustomPropertyFactory(name="cause", label="Cause of delay")
    early, late = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)
    user = agent(first_name="Nina", last_name="Weber")
    first = CaseFactory(created=early, assignee=user, tags=["storm"], properties={"cause": "Snow"})
    second = CaseFactory(created=late, assignee=user)
    CaseFactory(closed=True, assignee=user)
    CaseFactory()
    columns = "tags,title,property_cause,created,assignee,number"
    rows = csv_rows(export(user=user, tab="mine", sort="created", columns=columns))
    assert rows[0] == ["Tags", "Title", "Cause of delay", "Opened", "Assignee", "Number"]
    assert rows[1][:1] + rows[1][2:] == [
        "storm",
        "Snow",
        "2026-03-01T09:00:00+00:00",
        "Nina Weber",
        first.number,
    ]
    assert [row[-1] for row in rows[1:]] == [first.number, second.number]


def test_chosen_cases_alone_though_they_left_their_tab() -> None:
    chosen, _other = CaseFactory(closed=True), CaseFactory()
    rows = csv_rows(export(tab="open", columns="title,number", _ids=str(chosen.pk)))
    assert [row[1] for row in rows[1:]] == [chosen.number]


def test_chosen_cases_come_in_the_order_of_the_list() -> None:
    early, late = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)
    first = CaseFactory(created=early, last_updated=late)
    second = CaseFactory(created=late, last_updated=early)
    for sort, expected in (("created", [first, second]), ("updated", [second, first])):
        query = {"tab": "all", "sort": sort, "columns": "title,number"}
        rows = csv_rows(export(**query, _ids=f"{first.pk},{second.pk}"))
        assert [row[1] for row in rows[1:]] == [case.number for case in expected]


def test_the_action_of_the_list_leads_to_the_export_of_what_was_chosen() -> None:
    one, two = CaseFactory(), CaseFactory()
    data = {"action": "export_selected", "_selected_action": [one.pk, two.pk], "index": 0}
    answer = sign_in().post(f"{reverse('admin:cases_case_changelist')}?tab=all", data, follow=True)
    assert "Export 2 rows" in unescape(answer.content.decode())


@pytest.mark.parametrize("longest", [10_000, pytest.param(100, marks=pytest.mark.long)])
def test_five_thousand_rows_take_a_bounded_number_of_queries(
    monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    monkeypatch.setattr("cases.selectors.export.ORDERED_ROWS", longest)
    customer, now = CustomerFactory(), datetime(2026, 3, 1, tzinfo=UTC)
    Case.objects.bulk_create(
        Case(customer=customer, title=f"Case {n}", created=now, last_updated=now)
        for n in range(5_000)
    )
    client = sign_in()
    forget()
    url = reverse("admin:cases_case_export_file", args=("csv",))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url, {"tab": "all", "columns": "title,number"})
        rows = csv_rows(b"".join(answer.streaming_content))
    assert answer.headers["X-Export-Rows"] == "5000"
    assert len({row[1] for row in rows[1:]}) == 5_000
    assert len(captured) <= 16


def test_frames_say_how_far_it_is_and_where_it_ends() -> None:
    CaseFactory.create_batch(3)
    for name in ("csv", "xlsx", "json"):
        content, data, rows = export(name, tab="all", _frames="1"), b"", 0
        while not content.startswith(b"end\n"):
            head, _, content = content.partition(b"\n")
            rows, size = map(int, head.split())
            data, content = data + content[:size], content[size:]
        assert rows == 3
        assert len(data) > 50
    assert len(json.loads(data)) == 3


def test_more_than_a_sheet_holds_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "EXCEL_ROWS", 2)
    CaseFactory.create_batch(3)
    content = export("xlsx", tab="all")
    assert [len(excel_rows(content, sheet)) for sheet in (0, 1)] == [3, 2]


def test_a_text_too_long_for_a_cell_of_excel_is_cut_and_says_so() -> None:
    cut = excel_text("📦" * EXCEL_CELL)
    assert len(cut.encode("utf-16-le")) <= 2 * EXCEL_CELL
    assert cut.endswith("📦…")


def test_columns_have_different_labels_whatever_fields_are_called() -> None:
    CustomPropertyFactory(name="one", label="Title")
    CustomPropertyFactory(name="other", label="Title (2)")
    CaseFactory(title="A", properties={"one": "B", "other": "C"})
    columns = "title,property_one,property_other"
    (row,) = json.loads(export("json", tab="all", columns=columns))
    assert row == {"Title": "A", "Title (3)": "B", "Title (2)": "C"}


def test_numbers_stay_numbers() -> None:
    parts = export_files.write_excel(["n"], iter([[[-5], [True], [None]]]))
    assert excel_rows(b"".join(part.data for part in parts))[1:3] == [[-5], [True]]
    parts = export_files.write_csv(["n"], iter([[[-5]]]))
    assert csv_rows(b"".join(part.data for part in parts))[1] == ["-5"]


def test_customers_come_with_their_fields() -> None:
    CustomPropertyFactory(object_type="customer", name="tier", label="Tier")
    customer = CustomerFactory(id="=C-1", properties={"tier": "Gold"})
    CaseFactory.create_batch(2, customer=customer)
    heads, row = csv_rows(export(model="customer", user=team_lead()))
    assert heads == ["Customer", "Cases", "Created", "Last updated", "Tier"]
    assert [row[0], row[1], row[4]] == ["'=C-1", "2", "Gold"]


def test_authors_come_as_the_list_is_filtered() -> None:
    author = AuthorFactory(name="@evil", handle="mara", service="twitter")
    InteractionFactory(author=author)
    AuthorFactory(service="facebook")
    rows = csv_rows(export(model="author", service="twitter"))
    assert rows[1:] == [["'@evil", "mara", "twitter", "Customer", "1"]]


def test_requests_can_be_exported() -> None:
    assert csv_rows(export(model="recordedrequest", user=administrator()))[0][0] == "Time"


@pytest.mark.parametrize(("model", "name"), [("case", "cases"), ("recordedrequest", "requests")])
def test_a_file_is_named_after_its_list(model: str, name: str) -> None:
    url = reverse(f"admin:cases_{model}_export_file", args=("xlsx",))
    answer = sign_in(administrator()).get(url)
    assert re.fullmatch(rf"{name}-\d{{4}}-\d\d-\d\d\.xlsx", answer["X-Export-Name"])
    assert answer["Content-Disposition"] == f'attachment; filename="{answer["X-Export-Name"]}"'


def test_who_may_not_see_the_list_may_not_export_it() -> None:
    CaseFactory()
    nobody = sign_in(UserFactory())
    url = reverse("admin:cases_case_export_file", args=("csv",))
    assert [nobody.get(PAGE).status_code, nobody.get(url).status_code] == [403, 403]
    customers = reverse("admin:cases_customer_export_file", args=("csv",))
    assert sign_in(agent()).get(customers).status_code == 403
    assert Client().get(url).status_code == 302


def test_the_log_says_who_exported_how_many_rows(caplog: pytest.LogCaptureFixture) -> None:
    CaseFactory.create_batch(2)
    with caplog.at_level(logging.INFO):
        export("csv", user=agent(username="nina"), tab="all")
    assert "Export of case as csv by nina finished: 2 rows" in caplog.text


def test_the_page_links_to_the_files_and_works_without_a_script() -> None:
    CaseFactory()
    page = unescape(sign_in().get(PAGE, {"tab": "all"}).content.decode())
    for name in ("csv", "xlsx", "json"):
        assert f'href="/admin/cases/case/export/{name}/?tab=all" download' in page
    assert "Export 1 row" in page


def test_it_says_so_when_there_is_nothing_to_export() -> None:
    assert "Nothing to export" in sign_in().get(PAGE).content.decode()


@pytest.mark.parametrize("query", ["_ids=x", "_ids=" + "1," * 1_001, "_ids=-1"])
def test_odd_ids_are_refused(query: str) -> None:
    assert sign_in().get(f"{PAGE}?{query}").status_code == 400


def test_a_filter_that_there_is_not_is_refused() -> None:
    url = reverse("admin:cases_customer_export")
    assert sign_in(team_lead()).get(f"{url}?id__regex=(").status_code == 400


def test_a_format_that_there_is_not_is_not_found() -> None:
    url = reverse("admin:cases_case_export_file", args=("pdf",))
    assert sign_in().get(url).status_code == 404


def test_a_file_of_requests_names_the_integration_and_the_case_that_a_replay_opened() -> None:
    integration, case = Integration.objects.create(name="Khoros"), CaseFactory.create()

    def record(status: int, **values: Any) -> RecordedRequest:
        return RecordedRequest.objects.create(
            at=timezone.now(),
            method="POST",
            path="/case",
            status=status,
            reference="r",
            duration_ms=1,
            integration=integration,
            **values,
        )

    record(201, case=case, replay_of=record(422, body=b"{}"))
    heads, *rows = csv_rows(export("csv", model="recordedrequest", user=administrator()))
    at = {head: place for place, head in enumerate(heads)}
    assert {"Time", "Operation", "Response", "Case", "Duration (ms)", "Integration"} <= set(at)
    assert [row[at["Integration"]] for row in rows] == ["Khoros", "Khoros"]
    assert [row[at["Case"]] for row in rows] == [case.number, case.number]


@pytest.mark.parametrize("page", [AuthorAdmin, CustomerAdmin, RecordedRequestAdmin])
def test_every_column_of_a_list_says_what_it_holds_in_a_file(page: Any) -> None:
    for name in page.list_display:
        column = getattr(page, name).file_column
        assert column.label
        assert callable(column.value)
