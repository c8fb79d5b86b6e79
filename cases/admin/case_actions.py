"""What staff do to many cases at once: the addresses, and who may call them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from cases.admin.bulk_page import ask, halt_job, read_action, show_job, show_jobs, step_job


class CaseActions(ModelAdmin):
    """The part of the admin of cases that works on a selection of the list."""

    actions = None

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of bulk work besides those of the list."""
        name = "cases_case_bulk"
        pages: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
            ("bulk/", self.bulk_jobs, "jobs"),
            ("bulk/<int:job_id>/", self.bulk_job, "job"),
            ("bulk/<int:job_id>/step/", self.bulk_step, "step"),
            ("bulk/<int:job_id>/stop/", self.bulk_stop, "stop"),
            ("bulk/do/<slug:action>/", self.bulk_ask, "ask"),
        )
        view = self.admin_site.admin_view
        own = [path(route, view(page), name=f"{name}_{end}") for route, page, end in pages]
        return own + list(super().get_urls())

    def bulk_ask(self, request: HttpRequest, action: str) -> HttpResponse:
        """Take a selection of the list and ask what the action needs, or begin."""
        return self._posted(request, lambda: ask(self, request, read_action(action)))

    def bulk_jobs(self, request: HttpRequest) -> HttpResponse:
        """Show the user's recent bulk work."""
        self._check(request)
        return show_jobs(self, request)

    def bulk_job(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Show one of them."""
        self._check(request)
        return show_job(self, request, job_id)

    def bulk_step(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Do the next part of one."""
        return self._posted(request, lambda: step_job(request, job_id))

    def bulk_stop(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Stop one."""
        return self._posted(request, lambda: halt_job(request, job_id))

    def _posted(self, request: HttpRequest, act: Callable[[], Any]) -> HttpResponse:
        self._check(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        answer: HttpResponse = act()
        return answer

    def _check(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied
