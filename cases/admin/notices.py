"""What the home page asks for: things that need attention, and the way to the first case."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html

from cases.admin.display import time_at
from cases.admin.navigation import list_url
from cases.models import ApiKey, Case, CustomProperty, RecordedRequest
from cases.selectors.counts import CappedCount
from cases.selectors.home import FieldFigures, KeyFigures


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that needs attention, and where to see to it."""

    icon: str
    title: str
    text: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an empty portal to the first case."""

    title: str
    text: str
    done: bool
    url: str = ""
    action: str = ""
    shows_address: bool = False


def field_notices(fields: FieldFigures) -> Iterator[Notice]:
    """Yield what custom fields need: keys to register, drafts to finish."""
    if fields.unregistered:
        cases = (
            "1 case has" if fields.unregistered.value == 1 else f"{fields.unregistered} cases have"
        )
        yield Notice(
            icon="help",
            title=f"{cases} unregistered keys",
            text="Khoros sent values that no custom field takes yet. They are kept, and "
            "registering the fields brings them in.",
            url=f"{list_url(Case)}?unregistered=yes",
            action="Show these cases",
        )
    if fields.drafts:
        drafts = (
            "1 custom field is" if fields.drafts == 1 else f"{fields.drafts:,} custom fields are"
        )
        yield Notice(
            icon="edit_note",
            title=f"{drafts} in draft",
            text="Khoros does not know of a draft until you make it live.",
            url=list_url(CustomProperty),
            action="Open custom fields",
        )


def key_notices(keys: KeyFigures) -> Iterator[Notice]:
    """Yield what API keys need: one where there is none, a use, a successor before one ends."""
    if not keys.active:
        yield Notice(
            icon="key_off",
            title="No API key is active",
            text="Khoros cannot reach the portal until it has one.",
            url=reverse("admin:cases_apikey_add"),
            action="Issue a key",
        )
    elif not keys.used:
        yield Notice(
            icon="key",
            title="No active API key has been used yet",
            text="Give a key to Khoros, where a company admin enters it for the custom CRM.",
            url=list_url(ApiKey),
            action="Open API keys",
        )
    for key in keys.expiring:
        yield Notice(
            icon="timer",
            title=f"An API key of {key.integration.name} ends soon",
            text=format_html(
                "The key {}… is refused from {} on. Issue a second one, give it to Khoros, then "
                "revoke this one.",
                key.prefix,
                time_at(key.expiry_date) if key.expiry_date else "now",
            ),
            url=list_url(ApiKey),
            action="Open API keys",
        )


def request_notices(kept: CappedCount) -> Iterator[Notice]:
    """Yield that refused calls wait, where some do."""
    if kept:
        calls = "1 refused request waits" if kept.value == 1 else f"{kept} refused requests wait"
        yield Notice(
            icon="report",
            title=f"{calls} for you",
            text="The portal kept what Khoros sent. See why it was refused, mend the cause and "
            "replay it, so that nothing is lost.",
            url=f"{list_url(RecordedRequest)}?outcome=waiting",
            action="Show these requests",
        )


def first_steps(keys: KeyFigures, fields: FieldFigures | None) -> Iterator[Step]:
    """Yield what connects Khoros; the list of fields is for who may see them."""
    yield Step(
        title="Issue an API key",
        text="Khoros sends it with every call. The portal shows it once.",
        done=bool(keys.active),
        url=reverse("admin:cases_apikey_add"),
        action="Issue a key",
    )
    yield Step(
        title="Register the portal in Khoros as a custom CRM",
        text="A company admin of Khoros enters a name, this address and the key.",
        done=keys.used,
        shows_address=True,
    )
    if fields is not None:
        yield Step(
            title="Add the custom fields that agents fill in",
            text="Optional, and possible at any time: Khoros offers its agents what is live here.",
            done=bool(fields.live),
            url=list_url(CustomProperty),
            action="Open custom fields",
        )
