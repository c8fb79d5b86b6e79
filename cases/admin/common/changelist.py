"""Lists that stay fast with a million rows."""

from typing import Any, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.views import ChangeList

COUNTED_ROWS = 10_000
"""How many rows a list counts and pages through; filter or search to reach older ones."""


# Django's own class takes no parameter when the code runs.
class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to `limit`, and never skips more rows than that."""

    limit = COUNTED_ROWS
    template_name = "admin/components/capped_pagination.html"

    @cached_property
    def count(self) -> int:
        """The number of rows, or `limit` where there are more."""
        rows = cast(QuerySet[Any], self.object_list)
        return rows[: self.limit].count()

    @property
    def is_capped(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count >= self.limit


class CappedChangeList(ChangeList):
    """A list that accepts only the parameters of its own filters.

    Django would accept any lookup of any column, which costs a scan at best.
    """

    result_list: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django's title asks to select a row.
        self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_filters(self, request: HttpRequest) -> Any:
        """Return Django's answer; raises IncorrectLookupParameters, which shows the whole list."""
        if any("\x00" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        filters = super().get_filters(request)
        if filters[2]:
            raise IncorrectLookupParameters
        return filters

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of this page; without a filter or search the count is the full count."""
        super().get_results(request)
        if not (self.has_active_filters or self.query):
            self.full_result_count = self.result_count
