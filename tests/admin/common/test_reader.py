"""Each reader of the back office has times in their own zone, and numbers in their own way."""

import html
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from cases.admin.common.formatting import format_number, time_ago, time_at
from cases.admin.common.reader import ZONE_COOKIE, find_locale, find_zone, reader_middleware
from cases.selectors.counts import CappedCount
from tests.factories import CaseFactory, agent, issue_header

MOMENT = datetime(2026, 3, 8, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=10), "10 d ago"),
        (timedelta(days=29), "29 d ago"),
        (timedelta(days=30), "1 mo ago"),
        (timedelta(days=100), "3 mo ago"),
        (timedelta(days=364), "12 mo ago"),
        (timedelta(days=800), "2 y ago"),
    ],
)
def test_a_time_is_told_by_how_long_ago_it_was_and_exactly_on_hover(
    ago: timedelta, shown: str
) -> None:
    moment = timezone.now() - ago
    tag = time_ago(moment)
    assert f">{shown}</time>" in tag
    assert f'title="{timezone.localtime(moment):%A} ' in tag


def answer(path: str = "/admin/", zone: str = "", accept: str = "") -> list[str]:
    """Return a time and a number, as a page of `path` shows them to the reader."""

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{time_at(MOMENT)}\n{format_number(1234567.5)}")

    request = RequestFactory().get(path, headers={"Accept-Language": accept})
    request.COOKIES[ZONE_COOKIE] = zone
    response: Any = reader_middleware(page)(request)
    return response.content.decode().splitlines()


@pytest.mark.parametrize(
    ("zone", "shown", "name"),
    [
        ("Asia/Kolkata", "9 Mar 2026, 01:45", "IST"),
        ("Asia%2FKathmandu", "9 Mar 2026, 02:00", "+0545"),
        ("America/New_York", "8 Mar 2026, 16:15", "EDT"),
        ("America/Argentina/Buenos_Aires", "8 Mar 2026, 17:15", "-03"),
    ],
)
def test_a_time_is_shown_in_the_browsers_zone_and_says_which_on_hover(
    zone: str, shown: str, name: str
) -> None:
    text = answer(zone=zone)[0]
    assert f">{shown}</time>" in text
    assert f'{name}"' in text


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Mars/Olympus",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Europe/Berlin\x00",
        "x" * 5000,
        "posix/../../x",
        "<script>",
        "%",
        "tzdata.zi",
    ],
)
def test_a_zone_that_there_is_not_leaves_the_portals(zone: str, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    assert find_zone(zone) is None
    assert ">9 Mar 2026, 05:15</time>" in answer(zone=zone)[0]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Mars/Olympus", "<script>\u202e", "x" * 4000])
def test_a_page_says_that_it_does_not_know_the_zone(client: Client, zone: str) -> None:
    client.force_login(agent())
    client.cookies[ZONE_COOKIE] = quote(zone)
    content = client.get(reverse("admin:cases_case_changelist")).content.decode()
    assert "isn't known to this portal. Times are shown in UTC." in html.unescape(content)
    assert escape(zone[:60].rstrip("\u202e")) in content
    client.cookies[ZONE_COOKIE] = "Asia%2FKolkata"
    known = client.get(reverse("admin:cases_case_changelist")).content.decode()
    assert "known to this portal" not in known


def test_the_older_names_that_browsers_send_are_known() -> None:
    for name in ("Asia/Katmandu", "Asia/Calcutta", "Asia/Saigon", "Europe/Kiev", "US/Eastern"):
        assert find_zone(name) == ZoneInfo(name)


def test_the_api_knows_no_reader() -> None:
    shown = answer("/case", zone="Asia/Kolkata", accept="de")
    assert "8 Mar 2026, 20:15" in shown[0]
    assert shown[1] == "1,234,567.5"


def test_one_reader_leaves_nothing_to_the_next() -> None:
    answer(zone="Asia/Kolkata", accept="de")
    assert timezone.get_current_timezone_name() == "UTC"
    assert format_number(1234) == "1,234"


def test_what_is_streamed_is_in_the_readers_zone_too() -> None:
    def page(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(str(time_at(MOMENT)) for _ in "x")

    request = RequestFactory().get("/admin/")
    request.COOKIES[ZONE_COOKIE] = "Asia/Kolkata"
    response: Any = reader_middleware(page)(request)
    assert b"9 Mar 2026, 01:45" in response.getvalue()
    assert "8 Mar 2026, 20:15" in answer("/case")[0]


@pytest.mark.parametrize(
    ("accept", "shown"),
    [
        ("", "1,234,567.5"),
        ("en-US,en;q=0.9", "1,234,567.5"),
        ("de", "1.234.567,5"),
        ("de-CH,de;q=0.9,en;q=0.8", "1’234’567.5"),
        ("en-IN", "12,34,567.5"),
        ("fr-FR;q=0.4,pl;q=0.9", "1\u00a0234\u00a0567,5"),
        ("fr", "1\u202f234\u202f567,5"),
        ("xx-YY,sv", "1\u00a0234\u00a0567,5"),
        ("*", "1,234,567.5"),
        ("zh-Hant-TW", "1,234,567.5"),
        ("../../../etc/passwd", "1,234,567.5"),
        ("q" * 4000, "1,234,567.5"),
        ("\x00;q=é", "1,234,567.5"),
    ],
)
def test_a_number_has_the_readers_separators(accept: str, shown: str) -> None:
    assert answer(accept=accept)[1] == shown


def test_a_count_that_stops_says_so() -> None:
    assert format_number(CappedCount(10_001, 10_000)) == "10,000+"
    assert format_number(CappedCount(9_999, 10_000)) == "9,999"
    assert format_number(-5) == "-5"
    assert find_locale("de").language == "de"


@pytest.mark.django_db
def test_the_words_stay_english_and_the_case_page_is_in_the_readers_zone(client: Client) -> None:
    case = CaseFactory.create(created=MOMENT)
    client.force_login(agent())
    client.cookies[ZONE_COOKIE] = "Asia/Kolkata"
    address = reverse("admin:cases_case_change", args=(case.pk,))
    content = client.get(address, headers={"Accept-Language": "de"}).content.decode()
    assert "9 Mar 2026, 01:45" in content
    assert '<html lang="en"' in content
    header = {"Authorization": issue_header(), "Accept-Language": "de"}
    client.cookies[ZONE_COOKIE] = "Asia/Kolkata"
    created = client.get(f"/case/{case.pk}", headers=header).json()["created"]
    assert datetime.fromisoformat(created) == MOMENT
    assert created.endswith("Z")


def test_a_day_of_the_clocks_change_is_the_readers() -> None:
    zone = find_zone("America/New_York")
    assert zone == ZoneInfo("America/New_York")
    # The clocks of New York went forward this very day, at two in the morning.
    assert ">8 Mar 2026, 16:15<" in answer(zone="America/New_York")[0]


@pytest.mark.django_db
def test_every_page_asks_the_browser_for_its_zone_the_login_too(client: Client) -> None:
    assert b"cases/reader.js" in client.get(reverse("admin:login")).content


@pytest.mark.django_db
def test_djangos_own_pages_write_a_time_as_the_others_do(admin_client: Client) -> None:
    user = agent()
    apps.get_model("admin", "LogEntry").objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(user),
        object_id=user.pk,
        action_flag=2,
        action_time=MOMENT,
    )
    page = admin_client.get(reverse("admin:auth_user_history", args=(user.pk,)))
    assert "8 Mar 2026, 20:15" in page.content.decode()


@pytest.mark.django_db
def test_a_day_that_a_list_is_filtered_by_is_written_as_other_days(client: Client) -> None:
    client.force_login(agent())
    page = client.get(reverse("admin:cases_case_changelist"), {"created_from": "2026-03-08"})
    assert '<bdi dir="auto">8 Mar 2026</bdi>' in page.content.decode()
