"""What the page of a case shows, ready for its template."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.admin.case_page.activity_log import (
    ENTRIES_SHOWN,
    MOST_ENTRIES,
    Entry,
    entries,
    opening,
    plain,
)
from cases.admin.case_page.refusals import advise
from cases.admin.case_page.submission import FORMS, PageForms, Submission
from cases.admin.case_page.timeline import read_thread
from cases.admin.common.formatting import time_ago, time_at
from cases.admin.common.links import customer_link, object_link
from cases.admin.common.list_position import list_parameters, neighbour_urls
from cases.admin.common.long_text import Text, labelled_texts
from cases.admin.common.property_inputs import (
    removed_texts,
    style_inputs,
    style_properties,
    values_now,
)
from cases.admin.common.service_icons import service_icon
from cases.choices import ObjectType
from cases.forms.case_actions import AssignForm, CloseForm, DuplicateForm, NoteForm, TagForm
from cases.forms.properties import PropertiesForm
from cases.models import Author, Case, CaseEvent
from cases.selectors.authors import count_author_posts
from cases.selectors.case_page import (
    COUNTED_CASES,
    SHOWN_DUPLICATES,
    duplicates_of,
    newest_events,
    other_cases,
    tag_catalogue,
)
from cases.selectors.counts import CappedCount
from cases.selectors.customers.customer import customer_name
from cases.selectors.properties import accepted_definitions, past_and_present_definitions
from cases.selectors.staff import assignable_users, person_name
from cases.services.case_locking import others_since

_CASES_LISTED = 5


def make_forms(case: Case, *, data: QueryDict | None = None, button: str = "") -> PageForms:
    """Return the forms of the page; `data` is bound to the one that `button` submits."""
    sent = FORMS.get(button)

    def of(name: str) -> QueryDict | None:
        return data if name == sent else None

    definitions = accepted_definitions(ObjectType.CASE)
    return PageForms(
        fields=PropertiesForm(of("fields"), definitions=definitions, stored=case.properties),
        assign=AssignForm(of("assign"), people=list(assignable_users()), current=case.assignee),
        tags=TagForm(of("tags")),
        note=NoteForm(of("note")),
        close=CloseForm(of("close")),
        duplicate=DuplicateForm(of("duplicate")),
    )


def make_forms_again(case: Case, submission: Submission) -> PageForms:
    """Return the forms for the current case, with what was typed in the submitted one.

    Sets `submission.others_events` to what others did since the page was shown.
    """
    submission.others_events = others_since(
        case_id=case.pk, seen=submission.seen, user=submission.user
    )
    sent = FORMS.get(submission.button)
    again = make_forms(case)
    if sent:
        again = replace(again, **{sent: getattr(submission.forms, sent)})
    if sent == "fields" and submission.both_changed:
        again.fields.show_conflict(case.properties, submission.both_changed)
    return again


def page_context(
    request: HttpRequest,
    case: Any,
    forms: PageForms,
    *,
    may_change: bool,
    submission: Submission | None,
) -> dict[str, Any]:
    """Return what the template shows; `submission` is one that was refused, if any."""
    definitions = forms.fields.definitions
    duplicates = duplicates_of(case)
    thread = read_thread(request, case)
    return {
        "case": case,
        "seen": case.seen or 0,
        "may_change": may_change,
        "forms": _styled(forms) if may_change else None,
        "submission": submission,
        "advice": advise(submission, case, has_duplicates=bool(duplicates)) if submission else None,
        "others_changes": _entries(submission.others_events) if submission else [],
        "both_changed": values_now(forms.fields, forms.fields.both_changed, case.properties),
        "removed_fields": removed_texts(forms.fields, ObjectType.CASE),
        "is_mine": case.assignee_id == request.user.pk,
        "assignee": person_name(case.assignee) if case.assignee else "",
        "facts": list(_facts(request, case)),
        "customer_fields": [
            (label, text)
            for label, text in labelled_texts(
                case.customer.properties, accepted_definitions(ObjectType.CUSTOMER).values()
            )
            if text.whole
        ],
        "description": Text.of(case.description),
        "resolution": Text.of(case.resolution),
        "thread": thread,
        "people": _people(request, thread.customers),
        "properties": values_now(forms.fields, definitions, case.properties),
        "unregistered": [
            (name, plain(value)) for name, value in sorted((case.unregistered or {}).items())
        ],
        "known_tags": tag_catalogue() if may_change else [],
        "duplicate_of": _link(request, case.duplicate_of),
        "possible_duplicate_of": _link(request, case.possible_duplicate_of),
        "duplicates": [_link(request, other) for other in duplicates[:SHOWN_DUPLICATES]],
        "more_duplicates": len(duplicates) > SHOWN_DUPLICATES,
        **neighbour_urls(request, case),
        **_others(request, case),
        **_activity(request, case),
    }


def _facts(request: HttpRequest, case: Case) -> Iterator[tuple[str, SafeString | str]]:
    customer = case.customer
    yield _("Customer"), customer_link(request, customer.pk, customer_name(customer.properties))
    yield _("Khoros agent"), case.khoros_agent
    yield _("Khoros initiative"), case.khoros_initiative
    yield _("Khoros company"), case.khoros_company
    yield _("Opened"), time_at(case.created)
    yield _("Last updated"), time_ago(case.last_updated)
    if case.closed_at:
        yield _("Closed"), time_at(case.closed_at)
        yield _("Closed by"), case.closed_by
    if case.possible_duplicate_of:
        yield _("Possible duplicate of"), _link(request, case.possible_duplicate_of)


def _link(request: HttpRequest, case: Case | None) -> SafeString | str:
    return object_link(request, case) if case else ""


def _people(request: HttpRequest, authors: list[Author]) -> list[dict[str, Any]]:
    """Return the participants except the brand, with their number of posts in all cases; one query."""
    counts = count_author_posts([author.pk for author in authors])
    return [
        {
            "link": object_link(request, author),
            "icon": service_icon(author.service),
            "service": author.service,
            "posts": counts.get(author.pk, CappedCount(0, 0)),
        }
        for author in authors
    ]


def _others(request: HttpRequest, case: Case) -> dict[str, Any]:
    others = other_cases(case)
    query = urlencode({"customer__id__exact": case.customer_id})
    return {
        "other_cases": [(_link(request, other), other) for other in others[:_CASES_LISTED]],
        "other_cases_number": CappedCount(len(others), COUNTED_CASES),
        "other_cases_url": f"{reverse('admin:cases_case_changelist')}?{query}",
    }


def _activity(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the newest entries, or up to `MOST_ENTRIES` if the address asks for all."""
    limit = MOST_ENTRIES if request.GET.get("activity") == "all" else ENTRIES_SHOWN
    events = newest_events(case, limit=limit + 1)
    shown = _entries(events[:limit])
    position = {"before": request.GET["before"]} if "before" in request.GET else {}
    asked = urlencode({**list_parameters(request), **position, "activity": "all"})
    more = f"?{asked}#activity" if limit < MOST_ENTRIES else ""
    return {
        "activity": shown if events[limit:] else [*shown, opening(case)],
        "more_activity_url": more if events[limit:] else "",
        "activity_is_cut": bool(events[limit:]) and not more,
    }


def _entries(events: Sequence[CaseEvent]) -> list[Entry]:
    # Archived fields too: their changes are still shown with their labels.
    return entries(events, past_and_present_definitions(ObjectType.CASE))


def _styled(forms: PageForms) -> PageForms:
    """Add the theme's styles to the inputs."""
    style_properties(forms.fields)
    for form in (forms.assign, forms.tags, forms.note, forms.close, forms.duplicate):
        style_inputs(form)
    forms.tags.fields["add"].widget.attrs |= {
        "list": "known-tags",
        "autocomplete": "off",
        "placeholder": _("Add a tag"),
    }
    forms.duplicate.fields["original"].widget.attrs |= {"placeholder": "CP-1024"}
    return forms
