"""The list of cases and the page of one case."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_text_list
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesRadioFilter

from cases.admin.case_columns import CaseChangeList, CaseColumns
from cases.admin.case_page import page_context
from cases.admin.changelist import CappedPaginator
from cases.admin.filters import (
    BrandOwnedFilter,
    ServiceFilter,
    UnregisteredFilter,
    WholeDaysFilter,
    make_list_filter,
)
from cases.choices import ObjectType
from cases.forms.case_properties import CasePropertiesForm
from cases.models import Case
from cases.properties.types import RULES
from cases.selectors.cases import search_cases
from cases.selectors.properties import accepted_definitions, announced_definitions
from cases.services.cases import close_cases, reopen_cases, update_case
from cases.services.incoming import Actor, CasePatch

FOUND_CASES = 1_000
"""How many cases a search finds; who looks for an older one adds a word."""

BATCH = 500
"""How many cases one transaction of a bulk change closes or reopens."""

SetStatus = Callable[..., int]


@admin.register(Case)
class CaseAdmin(CaseColumns, ModelAdmin):
    """Cases come from Khoros: staff see, work, close and reopen them, and never add or delete."""

    list_display_links = ("number_column", "title_column")
    list_per_page = 50
    list_filter_submit = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    extra_lookups = ("customer__id__exact",)
    # Only says that there is a search; what is searched stands in `search_cases`.
    search_fields = ("title",)
    search_help_text = "Number, title, customer, @handle or text"
    actions = ("close_selected", "reopen_selected")

    class Media:
        css = {"all": ("cases/case.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: a case is opened by Khoros."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """Nobody: Khoros keeps the address of each case."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CaseChangeList]:
        """Return the list that knows the posts of its rows."""
        return CaseChangeList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters; each live list property has one."""
        definitions = announced_definitions(ObjectType.CASE)
        return [
            ("status", ChoicesRadioFilter),
            ServiceFilter,
            *(make_list_filter(found) for found in definitions if RULES[found.type].has_list),
            BrandOwnedFilter,
            UnregisteredFilter,
            ("last_updated", WholeDaysFilter),
            ("created", WholeDaysFilter),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        """Return the first `FOUND_CASES` matches, searched once for the count and the page."""
        if not search_term.strip():
            return queryset, False
        found = list(search_cases(queryset, search_term).values_list("pk", flat=True)[:FOUND_CASES])
        return queryset.filter(pk__in=found), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        return super().changelist_view(request, {"title": "Cases", **(extra_context or {})})

    @admin.action(permissions=["change"], description="Close selected cases")
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """Close what is open of the selection."""
        self._set_status(request, queryset, close_cases, done="Closed", already="closed")

    @admin.action(permissions=["change"], description="Reopen selected cases")
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """Reopen what is closed of the selection."""
        self._set_status(request, queryset, reopen_cases, done="Reopened", already="open")

    def _set_status(
        self,
        request: HttpRequest,
        queryset: QuerySet[Case],
        set_status: SetStatus,
        *,
        done: str,
        already: str,
    ) -> None:
        ids = list(queryset.order_by().values_list("pk", flat=True))
        actor = Actor.from_user(cast(User, request.user))
        changed = sum(set_status(case_ids=batch, actor=actor) for batch in _batches(ids))
        rest = len(ids) - changed
        parts = [f"{done} {_count(changed)}."] if changed else []
        if rest:
            parts.append(f"{_count(rest)} {'was' if rest == 1 else 'were'} already {already}.")
        self.message_user(
            request, " ".join(parts), messages.SUCCESS if changed else messages.WARNING
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case and take what staff do to it; a missing one leads to the home page."""
        may_change = self.has_change_permission(request)
        if not (may_change if request.method == "POST" else self.has_view_permission(request)):
            raise PermissionDenied
        case = self.get_object(request, unquote(object_id))
        if case is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        definitions = accepted_definitions(ObjectType.CASE)
        data = request.POST if "save" in request.POST else None
        form = CasePropertiesForm(data, definitions=definitions, stored=case.properties)
        if request.method == "POST" and self._work(request, case, form):
            return HttpResponseRedirect(request.get_full_path())
        return TemplateResponse(
            request,
            "admin/cases/case_page.html",
            {
                **self.admin_site.each_context(request),
                **page_context(request, case, form, may_change=may_change),
                "opts": self.opts,
                "original": case,
                "title": str(case),
                "preserved_filters": self.get_preserved_filters(request),
                **(extra_context or {}),
            },
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the case's own page, which shows the history."""
        address = reverse("admin:cases_case_change", args=(object_id,))
        return HttpResponseRedirect(f"{address}#history")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with their customers, whom both the list and the page show."""
        return super().get_queryset(request).select_related("customer")

    def _work(self, request: HttpRequest, case: Case, form: CasePropertiesForm) -> bool:
        """Do what the pressed button says and tell so; return whether it is done."""
        actor = Actor.from_user(cast(User, request.user))
        if "close" in request.POST:
            changed = close_cases(case_ids=[case.pk], actor=actor)
            self._tell(
                request, f"{case.number} {'is closed.' if changed else 'was closed already.'}"
            )
        elif "reopen" in request.POST:
            changed = reopen_cases(case_ids=[case.pk], actor=actor)
            self._tell(
                request, f"{case.number} {'is open again.' if changed else 'was open already.'}"
            )
        elif "save" in request.POST:
            return self._save(request, case, form, actor)
        else:
            raise BadRequest("No button was pressed.")
        return True

    def _save(
        self, request: HttpRequest, case: Case, form: CasePropertiesForm, actor: Actor
    ) -> bool:
        if not form.is_valid():
            return False
        changes = update_case(
            case_id=case.pk, patch=CasePatch(properties=form.changes), actor=actor
        )
        labels = [form.definitions[name].label for name in changes]
        saved = f"Saved: {get_text_list(labels, 'and')}." if labels else "Nothing was changed."
        self._tell(request, saved)
        return True

    def _tell(self, request: HttpRequest, message: str) -> None:
        self.message_user(request, message, messages.SUCCESS)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _count(number: int) -> str:
    return "1 case" if number == 1 else f"{number:,} cases"
