"""Saved views of the case list: open, save, change, share, copy and delete them."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from cases.admin.case_list.saved_view_bar import open_address, styled_form
from cases.admin.case_list.saved_view_queries import QueryText, list_state
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


def saved_view_urls(page: ModelAdmin) -> list[URLPattern]:
    """Return the pages and buttons of saved views, for whoever sees the case list.

    A view that someone shares can be opened, copied and made one's start view; its owner alone
    changes it.
    """
    views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
        "": ("changelist", partial(show_saved_views, page)),
        "add/": ("add", partial(add_saved_view, page)),
        "<int:view_id>/": ("open", partial(open_saved_view, page)),
        "<int:view_id>/change/": ("change", partial(change_saved_view, page)),
        "<int:view_id>/update/": ("update", require_POST(partial(update_saved_view, page))),
        "<int:view_id>/start/": ("start", require_POST(partial(choose_start, page))),
        "<int:view_id>/copy/": ("copy", require_POST(partial(copy_saved_view, page))),
        "<int:view_id>/delete/": ("delete", partial(delete_saved_view, page)),
    }
    wrap = page.admin_site.admin_view
    return [
        path(f"views/{route}", wrap(view), name=f"cases_savedview_{name}")
        for route, (name, view) in views.items()
    ]


def show_saved_views(page: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """List the views that the user may open, with what can be done with each."""
    _check(page, request)
    words = QueryText()
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
    return _show(page, request, "saved_views", title=_("Saved views"), **context)


def open_saved_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Redirect to the list as the view shows it."""
    return HttpResponseRedirect(open_address(request, _visible_view(page, request, view_id)))


def add_saved_view(page: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Save the state of the list that `query` holds, under a name."""
    _check(page, request)
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
            messages.success(request, _("“%(name)s” was saved.") % {"name": isolated(view.name)})
            return _to_view(view)
    return _show_form(page, request, form, query, title=_("Save as view"))


def change_saved_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename one's own view, share it, and make it the start view, or undo these."""
    view = _own_view(page, request, view_id)
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
            messages.success(request, _("“%(name)s” was saved.") % {"name": isolated(view.name)})
            return _to_views()
    return _show_form(page, request, form, view.query, title=_("Edit view"), view=view)


def update_saved_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Update one's own view to the state of the list in `query`."""
    view = _own_view(page, request, view_id)
    query = list_state(QueryDict(request.POST.get("query", "")))
    try:
        update_view(view_id=view.pk, owner=_user(request), query=query)
    except ValidationFailed as problem:
        messages.error(request, _all_of(problem))
    else:
        done = _("“%(name)s” was updated.")
        messages.success(request, done % {"name": isolated(view.name)})
    return _to_view(view)


def choose_start(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Make a view the user's start view, or stop that for `off`."""
    view = _visible_view(page, request, view_id)
    off = "off" in request.POST
    choose_start_view(user=_user(request), view=None if off else view)
    done = (
        _("“Cases” in the menu now opens all cases.")
        if off
        else _("“Cases” in the menu now opens “%(name)s”.")
    )
    messages.success(request, done % {"name": isolated(view.name)})
    return _to_views() if request.POST.get("back") == "views" else _to_view(view)


def copy_saved_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Copy a shared view to one's own, and ask for its name."""
    view = _visible_view(page, request, view_id)
    try:
        copy = copy_view(view=view, owner=_user(request))
    except ValidationFailed as problem:
        messages.error(request, _all_of(problem))
        return _to_views()
    messages.success(request, _("You now have your own copy of this view."))
    return HttpResponseRedirect(reverse("admin:cases_savedview_change", args=(copy.pk,)))


def delete_saved_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Ask whether to delete one's own view, and delete it on POST."""
    view = _own_view(page, request, view_id)
    if request.method != "POST":
        return _show(page, request, "saved_view_delete", title=_("Delete view"), view=view)
    delete_view(view_id=view.pk, owner=_user(request))
    messages.success(request, _("“%(name)s” was deleted.") % {"name": isolated(view.name)})
    return _to_views()


def _check(page: ModelAdmin, request: HttpRequest) -> None:
    if not page.has_view_or_change_permission(request):
        raise PermissionDenied


def _visible_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> SavedView:
    _check(page, request)
    view = find_view(_user(request), view_id)
    if view is None:
        raise Http404(_("View not found. It may no longer be shared."))
    return view


def _own_view(page: ModelAdmin, request: HttpRequest, view_id: int) -> SavedView:
    view = _visible_view(page, request, view_id)
    if view.owner_id != request.user.pk:
        raise PermissionDenied
    return view


def _show_form(
    page: ModelAdmin, request: HttpRequest, form: SavedViewForm, query: str, **context: Any
) -> HttpResponse:
    parts = QueryText().describe(query)
    return _show(
        page,
        request,
        "saved_view_form",
        form=styled_form(form),
        query=query,
        parts=parts,
        **context,
    )


def _show(page: ModelAdmin, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    shared = {**page.admin_site.each_context(request), "opts": page.opts}
    return TemplateResponse(request, f"admin/cases/case_list/{name}.html", shared | context)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _all_of(problem: ValidationFailed) -> str:
    return " ".join(fault.message for fault in problem.fields)


def _to_view(view: SavedView) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:cases_savedview_open", args=(view.pk,)))


def _to_views() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:cases_savedview_changelist"))
