"""Context and addresses of the pages of bulk actions."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from cases.admin.common.links import object_link
from cases.admin.common.navigation import list_url
from cases.admin.common.untrusted_text import visible
from cases.models import BulkJob, Case, Tag
from cases.selectors.case_list.filters import OFFERED_TAGS


def refused_cases(request: HttpRequest, job: BulkJob) -> list[tuple[SafeString, str]]:
    """Return the refused cases as links, each with the reason."""
    # The link needs only the key: no query for the cases.
    cases = ((Case(pk=row["case"]), row["reason"]) for row in job.refusals)
    return [(object_link(request, case, case.number), visible(reason)) for case, reason in cases]


def page_context(page: ModelAdmin, request: HttpRequest, title: str) -> dict[str, Any]:
    """Return what every page of bulk actions shows."""
    request.current_app = page.admin_site.name
    return {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": title,
    }


def known_tags() -> list[str]:
    """Return the names of tags to offer."""
    return list(Tag.objects.values_list("name", flat=True)[:OFFERED_TAGS])


def list_address(query: str) -> str:
    """Return the address of the list at a query."""
    return f"{list_url(Case)}?{query}" if query else list_url(Case)


def job_address(job: BulkJob) -> str:
    """Return the address of a job's page."""
    return address_of_job(job.pk)


def address_of_job(job_id: int) -> str:
    """Return the same for the id of a job."""
    return reverse("admin:cases_case_bulk_job", args=(job_id,))
