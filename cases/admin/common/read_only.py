"""Lists and pages of objects that Khoros creates and staff only read."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse

from cases.admin.common.changelist import CappedChangeList, CappedPaginator
from cases.admin.common.listing import ListAdmin
from cases.models.customer import quote_key, unquote_key
from cases.selectors.counts import CappedCount
from cases.text import is_storable

ROWS_SHOWN = 100
"""How many cases the page of a customer shows, and how many posts that of an author."""


class CountingChangeList(CappedChangeList):
    """A list that counts related rows for its page, in one query."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of this page and give each its `row_count`."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        counts = self.model_admin.count_rows([row.pk for row in self.result_list])
        for row in self.result_list:
            row.row_count = counts.get(row.pk, 0)

    def url_for_result(self, result: Model) -> str:
        """Return the address of a row's page, even if its key is a dot."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(
            name, args=(quote_key(result.pk),), current_app=self.model_admin.admin_site.name
        )


class ReadOnlyAdmin(ListAdmin):
    """A list with counts that can be exported, and a page that shows one row."""

    actions = None
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    page_template = ""
    page_methods: tuple[str, ...] = ("GET", "HEAD")

    def count_rows(self, keys: Collection[Any]) -> Mapping[Any, CappedCount]:
        """Return what the list counts, by primary key, in one query."""
        raise NotImplementedError

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the page of `row` shows; it needs a `title`."""
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CountingChangeList]:
        """Return the list that counts."""
        return CountingChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No one: Khoros makes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No one: Khoros changes them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No one: cases and posts refer to them."""
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the row with that key, or None, also for keys that no database can store."""
        if not is_storable(object_id):
            return None
        return super().get_object(request, object_id, from_field)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row; Django's own view would build a form that no one may submit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in self.page_methods:
            return HttpResponseNotAllowed(self.page_methods)
        row = self.get_object(request, unquote_key(object_id))
        if row is None:
            raise Http404
        return self.answer_page(request, row)

    def answer_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Answer one of the `page_methods` for a row that exists."""
        return self.show_page(request, row)

    def show_page(self, request: HttpRequest, row: Any, **more: Any) -> HttpResponse:
        """Show a row; the template gets `more` in addition to `page_context`."""
        context = self.admin_site.each_context(request) | {"opts": self.opts}
        context |= self.page_context(request, row) | more
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.page_template, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Answer 404: objects that no one changes here have no history here."""
        raise Http404
