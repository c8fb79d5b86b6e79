"""The bulk actions of the case list: their buttons and addresses."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from cases.admin.bulk.views import ask, begin_action, halt_job, show_job, show_jobs, step_job
from cases.choices import BulkAction
from cases.models import Case


@admin.action(permissions=["change"], description=_("Close…"))
def close_selected(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Case]
) -> HttpResponse:
    """Ask for the resolution."""
    return _ask(page, request, BulkAction.CLOSE)


@admin.action(permissions=["change"], description=_("Reopen…"))
def reopen_selected(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Case]
) -> HttpResponse:
    """Ask for confirmation."""
    return _ask(page, request, BulkAction.REOPEN)


@admin.action(permissions=["change"], description=_("Assign…"))
def assign_selected(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Case]
) -> HttpResponse:
    """Ask to whom."""
    return _ask(page, request, BulkAction.ASSIGN)


@admin.action(permissions=["change"], description=_("Tags…"))
def tag_selected(page: ModelAdmin, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse:
    """Ask which tags."""
    return _ask(page, request, BulkAction.TAG)


BULK_ACTIONS = (close_selected, reopen_selected, assign_selected, tag_selected)
"""What the case list offers for a selection of its cases."""


def bulk_urls(page: ModelAdmin) -> list[URLPattern]:
    """Return the pages of bulk actions."""
    pages: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
        ("bulk/", show_jobs, "jobs"),
        ("bulk/<int:job_id>/", show_job, "job"),
        ("bulk/<int:job_id>/step/", step_job, "step"),
        ("bulk/<int:job_id>/stop/", halt_job, "stop"),
        ("bulk/do/<slug:action>/", begin_action, "begin"),
    )
    wrap = page.admin_site.admin_view
    return [
        path(route, wrap(partial(view, page)), name=f"cases_case_bulk_{name}")
        for route, view, name in pages
    ]


def _ask(page: ModelAdmin, request: HttpRequest, action: BulkAction) -> HttpResponse:
    return ask(page, request, action, query=request.GET.urlencode())
