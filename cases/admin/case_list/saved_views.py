"""Saved views of the case list: open, save, change, share, copy and delete them."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from cases.admin.case_list.saved_view_bar import dressed, open_address, views_bar
from cases.admin.case_list.saved_view_queries import Words, list_state
from cases.admin.common.untrusted_text import isolated
from cases.errors import ValidationFailed
from cases.forms.saved_view import SavedViewForm
from cases.models import SavedView
from cases.selectors.saved_views import count_unlisted, find_view, is_start, list_views
from cases.services.saved_views import (
    change_view,
    choose_start_view,
    copy_view,
    delete_view,
    save_view,
    update_view,
)


class SavedViews(ModelAdmin):
    """The part of the admin of cases that keeps the states of the list which people named.

    Whoever sees the case list has views. One that somebody shares can be opened, copied and made
    one's start view; its owner alone changes it.
    """

    def get_urls(self) -> list[URLPattern]:
        """Return the pages and buttons of saved views before those of cases."""
        name = "cases_savedview"
        own = {
            "": ("changelist", self.views_view),
            "add/": ("add", self.add_saved_view),
            "<int:view_id>/": ("open", self.open_view),
            "<int:view_id>/change/": ("change", self.change_saved_view),
            "<int:view_id>/update/": ("update", self.update_saved_view),
            "<int:view_id>/start/": ("start", self.start_view),
            "<int:view_id>/copy/": ("copy", self.copy_saved_view),
            "<int:view_id>/delete/": ("delete", self.delete_saved_view),
        }
        wrap = self.admin_site.admin_view
        return [
            *(
                path(f"views/{route}", wrap(view), name=f"{name}_{suffix}")
                for route, (suffix, view) in own.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list with its views; its bare address leads to the start view, if there is one.

        Every other address of the list has a parameter, so that nothing leads round in a circle.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        views = list_views(_user(request))
        if request.method in {"GET", "HEAD"} and not request.GET:
            start = next(filter(is_start, views), None)
            if start is not None:
                return HttpResponseRedirect(open_address(request, start))
        bar = {"saved_views": views_bar(request, views), **(extra_context or {})}
        return super().changelist_view(request, bar)

    def views_view(self, request: HttpRequest) -> HttpResponse:
        """List the views that the user may open, with what can be done with each."""
        self._check(request)
        words = Words()
        views = list_views(_user(request))
        rows = [
            {
                "view": view,
                "is_own": view.owner_id == request.user.pk,
                "parts": words.describe(view.query),
            }
            for view in views
        ]
        groups = [
            (_("My views"), [row for row in rows if row["is_own"]]),
            (_("Shared by others"), [row for row in rows if not row["is_own"]]),
        ]
        context = {
            "groups": groups,
            "listed": len(views),
            "unlisted": count_unlisted(_user(request), views),
        }
        return self._page(request, "saved_views", title=_("Saved views"), **context)

    def open_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Lead to the list as a view has it."""
        return HttpResponseRedirect(open_address(request, self._visible(request, view_id)))

    def add_saved_view(self, request: HttpRequest) -> HttpResponse:
        """Save the state of the list that `query` holds, under a name."""
        self._check(request)
        form = SavedViewForm(request.POST or None)
        sent = request.POST if request.method == "POST" else request.GET
        query = list_state(QueryDict(sent.get("query", "")))
        if request.method == "POST" and form.is_valid():
            try:
                view = save_view(
                    owner=_user(request),
                    name=form.cleaned_data["name"],
                    query=query,
                    shared=form.cleaned_data["shared"],
                )
            except ValidationFailed as problem:
                form.show_problems(problem.fields)
            else:
                if form.cleaned_data["start"]:
                    choose_start_view(user=_user(request), view=view)
                messages.success(request, _("“%(name)s” is saved.") % {"name": isolated(view.name)})
                return _to_view(view)
        return self._form_page(request, form, query, title=_("Save as a view"))

    def change_saved_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Rename one's own view, share it or no longer, make it the start view or no longer."""
        view = self._own(request, view_id)
        before = {"name": view.name, "shared": view.shared, "start": is_start(view)}
        form = SavedViewForm(request.POST or None, initial=before)
        if request.method == "POST" and form.is_valid():
            wanted = form.cleaned_data
            try:
                view = change_view(
                    view_id=view.pk,
                    owner=_user(request),
                    name=wanted["name"],
                    shared=wanted["shared"],
                )
            except ValidationFailed as problem:
                form.show_problems(problem.fields)
            else:
                if wanted["start"] != before["start"]:
                    choose_start_view(user=_user(request), view=view if wanted["start"] else None)
                messages.success(request, _("“%(name)s” is saved.") % {"name": isolated(view.name)})
                return _to_views()
        return self._form_page(request, form, view.query, title=_("Change a view"), view=view)

    @method_decorator(require_POST)
    def update_saved_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Let one's own view show the state of the list that `query` holds."""
        view = self._own(request, view_id)
        query = list_state(QueryDict(request.POST.get("query", "")))
        try:
            update_view(view_id=view.pk, owner=_user(request), query=query)
        except ValidationFailed as problem:
            messages.error(request, _all_of(problem))
        else:
            done = _("“%(name)s” now shows the list as it is here.")
            messages.success(request, done % {"name": isolated(view.name)})
        return _to_view(view)

    @method_decorator(require_POST)
    def start_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Let the user's list open with a view, or no longer for `off`."""
        view = self._visible(request, view_id)
        off = "off" in request.POST
        choose_start_view(user=_user(request), view=None if off else view)
        done = (
            _("“Cases” in the menu opens all cases again.")
            if off
            else _("“Cases” in the menu opens “%(name)s” from now on.")
        )
        messages.success(request, done % {"name": isolated(view.name)})
        return _to_views() if request.POST.get("back") == "views" else _to_view(view)

    @method_decorator(require_POST)
    def copy_saved_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Make a view of one's own out of one that somebody shares, and ask for its name."""
        view = self._visible(request, view_id)
        try:
            copy = copy_view(view=view, owner=_user(request))
        except ValidationFailed as problem:
            messages.error(request, _all_of(problem))
            return _to_views()
        messages.success(request, _("You have a copy of your own now. Change it as you like."))
        return HttpResponseRedirect(reverse("admin:cases_savedview_change", args=(copy.pk,)))

    def delete_saved_view(self, request: HttpRequest, view_id: int) -> HttpResponse:
        """Ask whether to delete one's own view, and delete it on POST."""
        view = self._own(request, view_id)
        if request.method != "POST":
            return self._page(request, "saved_view_delete", title=_("Delete a view"), view=view)
        delete_view(view_id=view.pk, owner=_user(request))
        messages.success(request, _("“%(name)s” is deleted.") % {"name": isolated(view.name)})
        return _to_views()

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied

    def _visible(self, request: HttpRequest, view_id: int) -> SavedView:
        self._check(request)
        view = find_view(_user(request), view_id)
        if view is None:
            raise Http404(_("There is no such view, or it is no longer shared."))
        return view

    def _own(self, request: HttpRequest, view_id: int) -> SavedView:
        view = self._visible(request, view_id)
        if view.owner_id != request.user.pk:
            raise PermissionDenied
        return view

    def _form_page(
        self, request: HttpRequest, form: SavedViewForm, query: str, **context: Any
    ) -> HttpResponse:
        parts = Words().describe(query)
        return self._page(
            request, "saved_view_form", form=dressed(form), query=query, parts=parts, **context
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/cases/case_list/{name}.html", shared | context)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _all_of(problem: ValidationFailed) -> str:
    return " ".join(fault.message for fault in problem.fields)


def _to_view(view: SavedView) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:cases_savedview_open", args=(view.pk,)))


def _to_views() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:cases_savedview_changelist"))
