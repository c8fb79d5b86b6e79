"""Notices of what needs attention, and the first steps of a new portal."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.admin.common.formatting import format_number, time_at
from cases.admin.common.navigation import list_url
from cases.admin.common.untrusted_text import isolated
from cases.admin.dashboard.links import cases_url
from cases.models import ApiKey, CustomProperty, RecordedRequest
from cases.selectors.case_list.query import Tab
from cases.selectors.counts import CappedCount
from cases.selectors.dashboard.notices import CaseFigures, FieldFigures, KeyFigures


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that needs attention, and where to deal with it."""

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


def case_notices(figures: CaseFigures) -> Iterator[Notice]:
    """Yield a notice if open cases need review."""
    if figures.needs_review:
        yield Notice(
            icon="visibility",
            title=ngettext(
                "%(number)s open case needs review",
                "%(number)s open cases need review",
                figures.needs_review.value,
            )
            % {"number": format_number(figures.needs_review)},
            text=_("Possible duplicates or unmapped fields."),
            url=cases_url(Tab.NEEDS_REVIEW),
            action=_("Show these cases"),
        )


def field_notices(fields: FieldFigures) -> Iterator[Notice]:
    """Yield notices about unmapped fields and drafts."""
    if fields.unregistered:
        yield Notice(
            icon="help",
            title=ngettext(
                "%(number)s case has unmapped fields",
                "%(number)s cases have unmapped fields",
                fields.unregistered.value,
            )
            % {"number": format_number(fields.unregistered)},
            text=_(
                "Khoros sent values that match no custom field. They are kept, and filled "
                "in once you create the fields."
            ),
            url=cases_url(Tab.ALL, unregistered="yes"),
            action=_("Show these cases"),
        )
    if fields.drafts:
        yield Notice(
            icon="edit_note",
            title=ngettext(
                "%(number)s custom field is a draft",
                "%(number)s custom fields are drafts",
                fields.drafts,
            )
            % {"number": format_number(fields.drafts)},
            text=_("Drafts aren't offered to Khoros until you publish them."),
            url=list_url(CustomProperty),
            action=_("Open custom fields"),
        )


def key_notices(keys: KeyFigures) -> Iterator[Notice]:
    """Yield notices about API keys: none active, none used, or one that expires soon."""
    if not keys.active:
        yield Notice(
            icon="key_off",
            title=_("No API key is active"),
            text=_("Khoros can't call the portal without one."),
            url=reverse("admin:cases_apikey_add"),
            action=_("Issue a key"),
        )
    elif not keys.used:
        yield Notice(
            icon="key",
            title=_("No active API key has been used yet"),
            text=_("Give a key to Khoros. A company admin enters it for the custom CRM."),
            url=list_url(ApiKey),
            action=_("Open API keys"),
        )
    for key in keys.expiring:
        yield Notice(
            icon="timer",
            title=_("An API key of %(integration)s expires soon")
            % {"integration": isolated(key.integration.name)},
            text=format_html(
                _(
                    "Key {key}… expires {moment}. Issue a second one, give it to Khoros, "
                    "then revoke this one."
                ),
                key=key.prefix,
                moment=time_at(key.expiry_date) if key.expiry_date else _("now"),
            ),
            url=list_url(ApiKey),
            action=_("Open API keys"),
        )


def request_notices(refused: CappedCount) -> Iterator[Notice]:
    """Yield a notice if refused calls can be replayed."""
    if refused:
        yield Notice(
            icon="report",
            title=ngettext(
                "%(number)s refused request needs attention",
                "%(number)s refused requests need attention",
                refused.value,
            )
            % {"number": format_number(refused)},
            text=_(
                "The portal kept what Khoros sent. See why it was refused, fix the cause, "
                "then replay it."
            ),
            url=f"{list_url(RecordedRequest)}?outcome=waiting",
            action=_("Show these requests"),
        )


def first_steps(keys: KeyFigures, fields: FieldFigures | None) -> Iterator[Step]:
    """Yield the steps that connect Khoros; custom fields only if the user may see them."""
    yield Step(
        title=_("Issue an API key"),
        text=_("Khoros sends it with every call. The portal shows it only once."),
        done=bool(keys.active),
        url=reverse("admin:cases_apikey_add"),
        action=_("Issue a key"),
    )
    yield Step(
        title=_("Register the portal in Khoros as a custom CRM"),
        text=_("A company admin of Khoros enters a name, this address and the key."),
        done=keys.used,
        shows_address=True,
    )
    if fields is not None:
        yield Step(
            title=_("Add the custom fields that agents fill in"),
            text=_("Optional, at any time. Khoros offers live fields to its agents."),
            done=bool(fields.live),
            url=list_url(CustomProperty),
            action=_("Open custom fields"),
        )
