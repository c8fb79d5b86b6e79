"""What a row of the case list shows."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from cases.admin.changelist import CappedChangeList
from cases.admin.display import time_ago
from cases.admin.links import object_link
from cases.choices import CaseStatus
from cases.models import Case
from cases.selectors.cases import PostSummary, summarise_posts

STATUS_LABELS = {CaseStatus.OPEN: "success", CaseStatus.CLOSED: "default"}
"""The theme's name for the colour of a status."""

_SHOWN_SERVICES = 3


class CaseChangeList(CappedChangeList):
    """The list of cases; each row knows its posts."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the cases of this page, and what their posts are in one more query."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        posts = summarise_posts([case.pk for case in self.result_list])
        for case in self.result_list:
            case.posts = posts.get(case.pk, PostSummary())
            case.customer_link = object_link(request, case.customer)


class CaseColumns:
    """The columns of the case list; none needs a query of its own."""

    list_display = (
        "number_column",
        "title_column",
        "customer_column",
        "services_column",
        "posts_column",
        "status_column",
        "agent_column",
        "updated_column",
    )

    @display(description="Number", ordering="-id")
    def number_column(self, case: Case) -> str:
        """The number, by which the list sorts as it would by the time of opening."""
        return case.number

    @display(description="Title")
    def title_column(self, case: Case) -> SafeString:
        """The title, cut by the width of the column and whole on hover."""
        return format_html('<bdi class="case-title" dir="auto" title="{0}">{0}</bdi>', case.title)

    @display(description="Customer")
    def customer_column(self, case: Any) -> SafeString:
        """The customer, as a link for who may see customers."""
        return format_html('<span class="case-cell">{}</span>', case.customer_link)

    @display(description="Services")
    def services_column(self, case: Any) -> SafeString:
        """The services that the posts came from."""
        services = case.posts.services
        more = len(services) - _SHOWN_SERVICES
        shown = [*services[:_SHOWN_SERVICES], *([f"+{more}"] if more > 0 else [])]
        return format_html(
            '<span class="case-cell" title="{}">{}</span>',
            ", ".join(services),
            ", ".join(shown) or "–",
        )

    @display(description="Posts")
    def posts_column(self, case: Any) -> int:
        """The number of interactions."""
        return cast(int, case.posts.number)

    @display(description="Status", label=STATUS_LABELS)
    def status_column(self, case: Case) -> tuple[str, str]:
        """The status, as a coloured label."""
        return case.status, case.get_status_display()

    @display(description="Khoros agent")
    def agent_column(self, case: Case) -> SafeString:
        """The agent who opened the case in Khoros."""
        return format_html(
            '<span class="case-cell" title="{0}">{1}</span>',
            case.khoros_agent,
            case.khoros_agent or "–",
        )

    @display(description="Last updated", ordering="last_updated")
    def updated_column(self, case: Case) -> SafeString:
        """How long ago the case changed."""
        return time_ago(case.last_updated)
