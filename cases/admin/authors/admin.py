"""Authors: the accounts that write posts, each shown with its posts."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin.common.filters import ServiceFilter, YesNoFilter
from cases.admin.common.formatting import format_number, time_at
from cases.admin.common.links import object_link, safe_link
from cases.admin.common.listing import column
from cases.admin.common.long_text import Text
from cases.admin.common.read_only import ROWS_SHOWN, ReadOnlyAdmin
from cases.admin.common.untrusted_text import clipped
from cases.matching.normalise import handle_key, name_key
from cases.models import Author, Interaction
from cases.selectors.authors import author_posts, count_author_posts
from cases.selectors.counts import CappedCount


class AuthorServiceFilter(ServiceFilter):
    """Authors on the service."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the authors of that service."""
        return queryset.filter(service=self.value()) if self.value() else queryset


class OwnAccountFilter(YesNoFilter):
    """Whether the author is one of the company's own accounts."""

    title = gettext_lazy("brand-owned")
    parameter_name = "brand_owned"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the brand's own accounts, or everyone else."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(brand_owned=self.value() == "yes")


def _account(author: Author) -> str:
    return _("Brand") if author.brand_owned else _("Customer")


class AuthorListAdmin(ReadOnlyAdmin):
    """The list of authors and the page of one."""

    list_display = (
        "display_name",
        "display_handle",
        "service_name",
        "ownership",
        "number_of_posts",
    )
    sortable_by = ()
    list_filter = (AuthorServiceFilter, OwnAccountFilter)
    search_fields = ("handle", "name")
    search_help_text = gettext_lazy("Handle or name, or part of one")
    page_template = "admin/cases/authors/page.html"

    @column(label=gettext_lazy("Author"), value=str)
    def display_name(self, author: Author) -> SafeString:
        """Return the name, or else the handle or the id."""
        return clipped(str(author))

    @column(label=gettext_lazy("Handle"), value=lambda author: author.handle)
    def display_handle(self, author: Author) -> SafeString:
        """Return the handle, in the direction of its own script."""
        return clipped(author.handle or "–")

    @column(label=gettext_lazy("Service"), value=lambda author: author.service)
    def service_name(self, author: Author) -> SafeString:
        """Return the service as Khoros names it."""
        return clipped(author.service)

    @column(label=gettext_lazy("Account"), value=_account)
    def ownership(self, author: Author) -> SafeString | str:
        """Return whose account it is."""
        account = _account(author)
        if author.brand_owned:
            return format_html('<span class="cp-chip cp-chip-brand">{}</span>', account)
        return account

    @column(label=gettext_lazy("Posts"), value=lambda author: author.row_count)
    def number_of_posts(self, author: Any) -> str:
        """Return the count that the list has read."""
        return format_number(author.row_count)

    def count_rows(self, keys: Collection[int]) -> Mapping[int, CappedCount]:
        """Return the number of posts by author."""
        return count_author_posts(keys)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Author], search_term: str
    ) -> tuple[QuerySet[Author], bool]:
        """Return the authors in whose handle or name each word is found."""
        for word in search_term.split():
            queryset = queryset.filter(_found(word))
        return queryset, False

    def page_context(self, request: HttpRequest, row: Author) -> dict[str, Any]:
        """Return who the author is, and the newest posts."""
        posts = author_posts(row, limit=ROWS_SHOWN + 1)
        return {
            "title": str(row),
            "author": row,
            "posts": [_post(request, post) for post in posts[:ROWS_SHOWN]],
            "rows_shown": ROWS_SHOWN if len(posts) > ROWS_SHOWN else 0,
        }


def _found(word: str) -> Q:
    """Return the condition that a handle or a name contains `word`, ignoring case.

    SQLite ignores case for ASCII only, so the folded handle and the words of the folded name
    are searched too. They leave out symbols and handles with a space, hence the plain columns.
    """
    term = word.removeprefix("@") or word
    found = Q(handle__icontains=term) | Q(name__icontains=term)
    if handle := handle_key(word):
        found |= Q(handle_key__contains=handle)
    if names := set(name_key(word).split()):
        found |= Q(*(Q(name_key__contains=name) for name in sorted(names)))
    return found


def _post(request: HttpRequest, post: Interaction) -> dict[str, Any]:
    return {
        "text": Text.of(post.body),
        "kind": post.content_type,
        "when": time_at(post.created),
        "link": safe_link(post.link_url, _("Open post")) if post.link_url else "",
        "case": object_link(request, post.case),
    }
