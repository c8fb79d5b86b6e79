"""The pictures of the documentation, of a portal with believable data: `make screenshots`.

Not collected with the tests: its name is not that of one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from cases.choices import ObjectType, PropertyStage, PropertyType
from cases.models import (
    ApiKey,
    Case,
    CaseEvent,
    CustomProperty,
    Interaction,
    RecordedRequest,
)
from cases.services.case_status import close_cases
from cases.services.cases import update_case
from cases.services.incoming import Actor, CasePatch
from tests.browser.portal import Portal
from tests.factories import CustomPropertyFactory, administrator, agent, issue_header

pytestmark = pytest.mark.django_db

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
CASES = 60
SEED = 11
SPREAD = timedelta(days=5)
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 780}
LOOKS: tuple[tuple[str, ViewportSize, Literal["light", "dark"]], ...] = (
    ("light", DESKTOP, "light"),
    ("dark", DESKTOP, "dark"),
    ("narrow", PHONE, "light"),
)


def test_the_pictures_are_drawn(portal: Portal) -> None:
    IMAGES.mkdir(exist_ok=True)
    fill_portal(portal)
    portal.enter(administrator(username="amira", first_name="Amira", last_name="Haddad"))
    page = portal.page
    for name, path in (
        ("home", "/admin/"),
        ("case-list", "/admin/cases/case/"),
        ("case-page", f"/admin/cases/case/{told_case().pk}/change/"),
        ("settings", "/admin/cases/customproperty/"),
        ("requests", "/admin/cases/recordedrequest/"),
    ):
        portal.open(path)
        draw(page, name)
    portal.open("/admin/cases/recordedrequest/console/")
    page.get_by_role("button", name="Run self-check").click()
    expect(page.get_by_role("heading", name="passed: the contract is kept")).to_be_visible()
    draw(page, "console")


def draw(page: Page, name: str) -> None:
    """Write the page's picture in each of the looks."""
    page.add_style_tag(content="* { transition: none !important; caret-color: transparent }")
    for look, size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate("(s) => { Alpine.$data(document.documentElement).adminTheme = s }", scheme)
        expect(page.locator("html.dark")).to_have_count(int(scheme == "dark"))
        page.evaluate("document.fonts.ready")
        page.screenshot(path=IMAGES / f"{name}-{look}.png")


def fill_portal(portal: Portal) -> None:
    """Register fields, let Khoros work for some days, and staff for some hours."""
    make_fields()
    header = issue_header()
    call_command(
        "simulate_khoros",
        url=portal.url,
        auth=header,
        cases=CASES,
        rate=1000,
        seed=SEED,
        workers=1,
        timeouts=0,
        verbosity=0,
    )
    spread_over_days(timezone.now())
    staff = Actor.from_user(agent(username="lena", first_name="Lena", last_name="Ortiz"))
    close_cases(
        case_ids=[case.pk for case in Case.objects.filter(status="open")[9:14]], actor=staff
    )
    case = told_case()
    tier = "platinum" if case.properties.get("tier") == "gold" else "gold"
    update_case(case_id=case.pk, patch=CasePatch(properties={"tier": tier}), actor=staff)
    refused = portal.call(
        "POST",
        "/case",
        header,
        {"customerId": "c-20417", "title": "Seat upgrade was not applied", "reason": "upgrade"},
    )
    assert refused.status_code == 422


def make_fields() -> None:
    """Register what an airline would record with a case and with a customer."""
    reasons = ("Lost luggage", "Delay", "Refund", "Booking", "Praise")
    lists = {
        "reason": ("Reason", [(reason, reason.split()[-1].lower()) for reason in reasons]),
        "tier": ("Club tier", [(tier, tier.lower()) for tier in ("Silver", "Gold", "Platinum")]),
    }
    for name, (label, entries) in lists.items():
        CustomPropertyFactory.create(
            name=name,
            label=label,
            type=PropertyType.SINGLE_SELECT_LIST,
            list_values=[{"name": shown, "value": value} for shown, value in entries],
        )
    CustomPropertyFactory.create(name="bookingReference", label="Booking reference")
    CustomPropertyFactory.create(
        name="compensated", label="Compensation paid", type=PropertyType.CHECKBOX
    )
    CustomPropertyFactory.create(
        name="callbackNote",
        label="Callback note",
        type=PropertyType.TEXTAREA,
        stage=PropertyStage.DRAFT,
    )
    for name, label in (("email", "E-mail address"), ("memberNumber", "Member number")):
        CustomPropertyFactory.create(
            object_type=ObjectType.CUSTOMER, name=name, label=label, searchable=True
        )


def spread_over_days(now: datetime) -> None:
    """Move what happened within seconds back to when it could have happened."""
    cases = list(Case.objects.order_by("pk"))
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
    CustomProperty.objects.update(last_updated=now - 2 * SPREAD)
    ApiKey.objects.update(created=now - 2 * SPREAD)


def shifts(number: int) -> Iterator[timedelta]:
    """Yield how far back each of so many things lies: more of them lately than long ago."""
    for place in range(number):
        yield SPREAD * ((number - place) / number) ** 2 + timedelta(minutes=3)


def told_case() -> Case:
    """Return an open case that shows what a case can have."""
    posts = Count("interactions")
    replies = Count("interactions", filter=Q(interactions__author__brand_owned=True))
    found = Case.objects.annotate(posts=posts, replies=replies).filter(
        status="open",
        posts__range=(4, 6),
        replies__gte=1,
        unregistered__detectedLanguage="English",
    )
    case = found.order_by("-pk").first()
    assert case is not None, "no case of the simulated ones shows enough; choose another seed"
    return case
