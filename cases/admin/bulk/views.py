"""Bulk actions: their forms, progress and results, and the recent ones of each person."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from cases.admin.bulk.context import (
    address_of_job,
    job_address,
    known_tags,
    list_address,
    page_context,
    refused_cases,
)
from cases.admin.bulk.messages import (
    ACTION_TEXTS,
    job_details,
    outcome_sentences,
    progress_text,
    short_details,
    state_text,
)
from cases.admin.common.formatting import time_ago
from cases.admin.common.navigation import list_url
from cases.admin.common.search_hints import selection_hints
from cases.admin.common.selection import read_selection
from cases.choices import BulkAction
from cases.errors import NotFound, ValidationFailed
from cases.forms.bulk import make_action_form
from cases.forms.case_actions import ActionForm
from cases.models import BulkJob, Case
from cases.services.bulk import (
    AT_ONCE,
    LISTED_REFUSALS,
    Selection,
    advance_job,
    measure_selection,
    resume_job,
    start_job,
    stop_job,
    without_later_cases,
)

PATIENCE_SECONDS = 5.0
"""How long one press of *Continue* works; a script asks for one batch at a time."""

Arguments = ParamSpec("Arguments")
TEMPLATES = "admin/cases/bulk/{}.html"


def _bulk_view(
    *methods: str,
) -> Callable[
    [Callable[Concatenate[ModelAdmin, HttpRequest, Arguments], HttpResponse]],
    Callable[..., HttpResponse],
]:
    """Restrict a view to users who may change cases, and to these HTTP methods."""

    def decorate(
        view: Callable[Concatenate[ModelAdmin, HttpRequest, Arguments], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(
            page: ModelAdmin,
            request: HttpRequest,
            *args: Arguments.args,
            **kwargs: Arguments.kwargs,
        ) -> HttpResponse:
            if not page.has_change_permission(request):
                raise PermissionDenied
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(page, request, *args, **kwargs)

        return checked

    return decorate


@_bulk_view("POST")
def begin_action(page: ModelAdmin, request: HttpRequest, action: str) -> HttpResponse:
    """Read the arguments of an action, and start it."""
    if action not in BulkAction.values:
        raise BadRequest("Action not found.")
    return ask(page, request, BulkAction(action))


def ask(
    page: ModelAdmin, request: HttpRequest, action: BulkAction, *, query: str | None = None
) -> HttpResponse:
    """Show the form of an action for the posted selection, or start it once the form is filled in."""
    try:
        selection = read_selection(request, query=query)
    except ValidationFailed as problem:
        messages.warning(request, problem.message)
        return HttpResponseRedirect(list_url(Case))
    answered = "begin" in request.POST
    user = cast(User, request.user)
    form = make_action_form(action, request.POST if answered else None, user=user)
    if answered and form.is_valid():
        return _begin(request, action, form, selection)
    selection = without_later_cases(selection)
    count, found = measure_selection(owner=user, selection=selection)
    return TemplateResponse(
        request,
        TEMPLATES.format("form"),
        page_context(page, request, str(ACTION_TEXTS[action].title))
        | {
            "action": action.value,
            "question": ACTION_TEXTS[action].question(count),
            "hints": selection_hints(found),
            "selection": selection,
            "list_url": list_address(selection.query),
            "form": form,
            "tags": known_tags() if action == BulkAction.TAG else (),
        },
    )


@_bulk_view("GET", "HEAD")
def show_jobs(page: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the recent bulk actions of the user, newest first."""
    jobs = BulkJob.objects.filter(owner=cast(User, request.user)).order_by("-pk")
    rows = [
        {
            "title": ACTION_TEXTS[job.action].title,
            "icon": ACTION_TEXTS[job.action].icon,
            "details": short_details(job),
            "url": job_address(job),
            "ago": time_ago(job.created),
            "state": state_text(job),
            "finished": bool(job.finished_at),
            "outcome": " ".join(outcome_sentences(job)),
        }
        for job in jobs.defer("case_ids", "refusals")[:50]
    ]
    context = page_context(page, request, _("Bulk actions")) | {"rows": rows}
    return TemplateResponse(request, TEMPLATES.format("jobs"), context)


@_bulk_view("GET", "HEAD")
def show_job(page: ModelAdmin, request: HttpRequest, job_id: int) -> HttpResponse:
    """Show the progress or the result of a job of the user."""
    job = get_object_or_404(BulkJob, pk=job_id, owner=cast(User, request.user))
    words = ACTION_TEXTS[job.action]
    context = page_context(page, request, str(words.title)) | {
        "job": job,
        "state": state_text(job),
        "progress": progress_text(job),
        "sentences": outcome_sentences(job),
        "details": job_details(job),
        "refusals": refused_cases(request, job),
        "unlisted": job.refused - len(job.refusals),
        "listed": LISTED_REFUSALS,
        "began": time_ago(job.created),
        "list_url": list_address(job.query),
    }
    return TemplateResponse(request, TEMPLATES.format("job"), context)


@_bulk_view("POST")
def step_job(page: ModelAdmin, request: HttpRequest, job_id: int) -> HttpResponse:
    """Do a part of a job: one batch for a script, which gets JSON, or a few seconds' work for a form."""
    user = cast(User, request.user)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        if "resume" in request.POST:
            resume_job(job_id=job_id, owner=user)
        job = advance_job(job_id=job_id, owner=user, seconds=0 if by_script else PATIENCE_SECONDS)
    except NotFound as problem:
        raise Http404 from problem
    except ValidationFailed as problem:
        if by_script:
            return JsonResponse({"message": problem.message}, status=409)
        messages.error(request, problem.message)
        return HttpResponseRedirect(address_of_job(job_id))
    if not by_script:
        return HttpResponseRedirect(job_address(job))
    return JsonResponse(
        {
            "percent": job.percent,
            "progress": progress_text(job),
            "outcome": " ".join(outcome_sentences(job)),
            "over": bool(job.finished_at) or job.stopped,
        }
    )


@_bulk_view("POST")
def halt_job(page: ModelAdmin, request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a job of the user."""
    try:
        stop_job(job_id=job_id, owner=cast(User, request.user))
    except NotFound as problem:
        raise Http404 from problem
    return HttpResponseRedirect(address_of_job(job_id))


def _begin(
    request: HttpRequest, action: BulkAction, form: ActionForm, selection: Selection
) -> HttpResponse:
    """Start a job; a short one is done at once, with a message on the list if all went well."""
    user = cast(User, request.user)
    try:
        job = start_job(owner=user, action=action, arguments=form.arguments, selection=selection)
        if job.total is None or job.total > AT_ONCE:
            return HttpResponseRedirect(job_address(job))
        job = advance_job(job_id=job.pk, owner=user)
    except ValidationFailed as problem:
        messages.error(request, problem.message)
        return HttpResponseRedirect(list_address(selection.query))
    if job.refused:
        return HttpResponseRedirect(job_address(job))
    level = messages.SUCCESS if job.changed else messages.WARNING
    messages.add_message(request, level, " ".join(outcome_sentences(job)))
    return HttpResponseRedirect(list_address(selection.query))
