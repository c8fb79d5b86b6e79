"""Short lists of cases on the dashboard and the page of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from cases.admin.common.formatting import time_ago
from cases.admin.common.links import customer_link
from cases.admin.common.navigation import may_open
from cases.models import Case
from cases.selectors.cases import PostSummary, summarise_posts
from cases.selectors.customers.customer import customer_names


@dataclass(frozen=True, slots=True)
class RecentCase:
    """One case of a list, ready to show.

    `url` is empty if the user may not open cases, `customer` if the page names the customer
    anyway; `ago` says how long ago the case was opened or last updated.
    """

    case: Case
    url: str
    customer: SafeString | str
    posts: PostSummary
    ago: SafeString


def case_rows(
    request: HttpRequest, cases: Sequence[Case], *, moment: str, with_customer: bool = True
) -> list[RecentCase]:
    """Return cases ready to show, in two queries; `moment` is the field with the time to show."""
    posts = summarise_posts([case.pk for case in cases])
    names = customer_names([case.customer_id for case in cases] if with_customer else ())
    may_see = may_open(request, Case)
    return [
        RecentCase(
            case=case,
            url=reverse("admin:cases_case_change", args=(case.pk,)) if may_see else "",
            customer=customer_link(request, case.customer_id, names.get(case.customer_id, ""))
            if with_customer
            else "",
            posts=posts.get(case.pk, PostSummary()),
            ago=time_ago(getattr(case, moment)),
        )
        for case in cases
    ]
