"""Short lists of cases, as the home page and a customer's page show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from cases.admin.display import time_ago
from cases.admin.links import object_link
from cases.admin.navigation import may_open
from cases.models import Case, Customer
from cases.selectors.cases import PostSummary, summarise_posts


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a list, ready to show.

    `url` is empty for who may not open cases, `customer` where the page names the customer
    anyway, `ago` says how long ago the case was opened or, in a list by change, last updated.
    """

    case: Case
    url: str
    customer: SafeString | str
    posts: PostSummary
    ago: SafeString


def case_rows(
    request: HttpRequest, cases: Sequence[Case], *, moment: str, with_customer: bool = True
) -> list[CaseRow]:
    """Return cases ready to show, in one query; `moment` names the time that each one shows."""
    posts = summarise_posts([case.pk for case in cases])
    may_see = may_open(request, Case)
    return [
        CaseRow(
            case=case,
            url=reverse("admin:cases_case_change", args=(case.pk,)) if may_see else "",
            customer=_customer(request, case) if with_customer else "",
            posts=posts.get(case.pk, PostSummary()),
            ago=time_ago(getattr(case, moment)),
        )
        for case in cases
    ]


def _customer(request: HttpRequest, case: Case) -> SafeString:
    # The key is all that the link needs: no query for the customer itself.
    return object_link(request, Customer(pk=case.customer_id))
