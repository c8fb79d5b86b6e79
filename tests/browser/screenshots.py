"""The pictures of the documentation, of a portal with believable data: `make screenshots`.

Not collected with the tests: its name is not that of one.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db.models import Count, F, Q
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from cases.choices import PropertyStage, PropertyType
from cases.models import Case, CaseEvent, CustomProperty, Interaction, RecordedRequest
from cases.services.assignment import assign_cases
from cases.services.case_status import close_cases
from cases.services.cases import update_case
from cases.services.incoming import Actor, CasePatch
from cases.services.notes import add_note
from cases.services.saved_views import save_view
from cases.services.tags import tag_cases
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, issue_header

pytestmark = pytest.mark.django_db

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
SEEDED, LATELY = 15_000, 30
SEED = 11
SPREAD = timedelta(hours=9)
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
TALL: ViewportSize = {"width": 1440, "height": 1720}
PHONE: ViewportSize = {"width": 390, "height": 780}
LOOKS: tuple[tuple[str, ViewportSize, Literal["light", "dark"]], ...] = (
    ("light", DESKTOP, "light"),
    ("dark", DESKTOP, "dark"),
    ("narrow", PHONE, "light"),
)


def test_the_pictures_are_drawn(portal: Portal) -> None:
    IMAGES.mkdir(exist_ok=True)
    reader, told = fill_portal(portal)
    portal.enter(reader)
    page = portal.page
    for name, path in (
        ("dashboard", "/admin/"),
        ("case-list", "/admin/cases/case/?tab=open"),
        ("case-page", f"/admin/cases/case/{told.pk}/change/"),
        ("custom-fields", "/admin/cases/customproperty/"),
        ("requests", "/admin/cases/recordedrequest/"),
    ):
        portal.open(path)
        draw(page, name)
    portal.open("/admin/cases/recordedrequest/console/")
    page.get_by_role("button", name="Run self-check").click()
    expect(page.get_by_role("heading", name="steps passed")).to_be_visible()
    draw(page, "console")


def draw(page: Page, name: str) -> None:
    """Write the page's picture in each of the looks."""
    page.add_style_tag(content="* { transition: none !important; caret-color: transparent }")
    for look, size, scheme in LOOKS:
        # The charts of the dashboard stand below what waits.
        page.set_viewport_size(TALL if name == "dashboard" and size is DESKTOP else size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("(s) => { Alpine.$data(document.documentElement).adminTheme = s }", scheme)
        expect(page.locator("html.dark")).to_have_count(int(scheme == "dark"))
        page.evaluate("document.fonts.ready")
        # Charts take their new size and colours a moment later.
        page.wait_for_timeout(300)
        page.screenshot(path=IMAGES / f"{name}-{look}.png")


def fill_portal(portal: Portal) -> tuple[User, Case]:
    """Let people work for two years. Return one of them, and a case of hers worth telling."""
    call_command("seed_cases", cases=SEEDED, seed=SEED, workers=1, verbosity=0)
    khoros_works_a_day(portal)
    add_fields()
    reader = User.objects.get(username="maya.lindqvist")
    reader.groups.set([Group.objects.get(name="Administrator")])
    return reader, work(reader)


def add_fields() -> None:
    """Let one field be required to close, and another not be published yet."""
    CustomProperty.objects.filter(name="category").update(required_to_close=True)
    CustomPropertyFactory.create(
        name="callbackNote",
        label="Callback note",
        type=PropertyType.TEXTAREA,
        stage=PropertyStage.DRAFT,
    )


def khoros_works_a_day(portal: Portal) -> None:
    """Let cases come in over HTTP, and one be refused; then move them over the last hours."""
    before = Case.objects.latest("pk").pk
    header = issue_header()
    call_command(
        "simulate_khoros",
        url=portal.url,
        auth=header,
        cases=LATELY,
        rate=1000,
        seed=SEED,
        workers=1,
        timeouts=0,
        verbosity=0,
    )
    refused = portal.call(
        "POST",
        "/case",
        header,
        {"customerId": "c-20417", "title": "Seat upgrade was not applied", "category": "upgrade"},
    )
    assert refused.status_code == 422
    cases = list(Case.objects.filter(pk__gt=before).order_by("pk"))
    for case, moved in zip(cases, shifts(len(cases)), strict=True):
        its = Q(case=case)
        Case.objects.filter(pk=case.pk).update(
            created=F("created") - moved,
            last_updated=F("last_updated") - moved,
            closed_at=F("closed_at") - moved,
        )
        CaseEvent.objects.filter(its).update(at=F("at") - moved)
        Interaction.objects.filter(its).update(created=F("created") - moved)
    calls = list(RecordedRequest.objects.order_by("pk"))
    for call, moved in zip(calls, shifts(len(calls)), strict=True):
        RecordedRequest.objects.filter(pk=call.pk).update(at=F("at") - moved)
    CustomProperty.objects.update(last_updated=timezone.now() - 10 * SPREAD)


def shifts(number: int) -> Iterator[timedelta]:
    """Yield how far back each of so many things lies: more of them lately than long ago."""
    for place in range(number):
        yield SPREAD * ((number - place) / number) ** 2 + timedelta(minutes=3)


def work(reader: User) -> Case:
    """Let the team share out what came in, and close some. Return the case they do most with."""
    lately = list(Case.objects.filter(status="open").order_by("-pk")[:LATELY])
    told = told_case()
    team = User.objects.filter(username__in=("tom.abara", "ines.costa")).order_by("username")
    for place, member in enumerate((reader, *team)):
        assign_cases(
            case_ids=[case.pk for case in lately[place::4]],
            actor=Actor.from_user(member),
            assignee=member,
        )
    closed = [case.pk for case in lately[1::8] if case.pk != told.pk]
    close_cases(case_ids=closed, actor=Actor.from_user(team[0]), resolution="Rebooked, and told so")
    actor = Actor.from_user(team[1])
    tag_cases(case_ids=[told.pk], actor=actor, add=["refund", "vip"])
    tag_cases(case_ids=[case.pk for case in lately[2::5]], actor=actor, add=["press"])
    category = "delay" if told.properties.get("category") != "delay" else "refund"
    update_case(case_id=told.pk, patch=CasePatch(properties={"category": category}), actor=actor)
    body = "Called the airport: the bag is on tonight's flight. Please tell her when it has landed."
    add_note(case_id=told.pk, actor=actor, body=body)
    assign_cases(case_ids=[told.pk], actor=actor, assignee=reader)
    for name, query, shared in (
        ("Urgent, nobody's", "tab=unassigned&property_priority=urgent", True),
        ("My refunds", "tab=mine&property_category=refund", False),
    ):
        save_view(owner=reader, name=name, query=query, shared=shared)
    for case, moved in zip(reversed(lately), shifts(len(lately)), strict=True):
        acts = CaseEvent.objects.filter(case=case, user__isnull=False)
        acts.update(at=F("at") - moved / 2)
        Case.objects.filter(pk=case.pk).update(last_updated=F("last_updated") - moved / 2)
    return told


def told_case() -> Case:
    """Return an open case that shows what a case can have."""
    posts = Count("interactions")
    replies = Count("interactions", filter=Q(interactions__author__brand_owned=True))
    found = Case.objects.annotate(posts=posts, replies=replies).filter(
        status="open", posts__range=(4, 6), replies__gte=1, properties__category__isnull=False
    )
    case = found.order_by("-pk").first()
    assert case is not None, "no case shows enough; choose another seed"
    return case
