"""Cases and customers as the API answers them: by the contract's ids, with a bounded number of posts."""

import re
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from cases.errors import NotFound
from cases.models import Case, Customer, Interaction

CASE_POSTS = 1_000
"""Posts that the answer of one case has at most: the newest."""

LISTED_CASES = 1_000
"""Cases that one answer with a customer's cases has at most."""

LISTED_POSTS = 50
"""Posts that each case of such a list has at most: the newest."""

_CASE_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case with its posts in the order in which they came."""

    case: Case
    interactions: list[Interaction]


def parse_case_id(case_id: str) -> int:
    """Return the primary key for the contract's `id`. Raises NotFound where it can't be one."""
    if not _CASE_ID.fullmatch(case_id):
        raise NotFound("There is no case with this id.")
    return int(case_id)


def get_case_record(*, case_id: str) -> CaseRecord:
    """Return a case with its newest posts, in two queries. Raises NotFound."""
    case = Case.objects.filter(pk=parse_case_id(case_id)).first()
    if case is None:
        raise NotFound("There is no case with this id.")
    posts = case.interactions.select_related("author").order_by("-id")[:CASE_POSTS]
    return CaseRecord(case, list(posts)[::-1])


def get_customer(*, customer_id: str) -> Customer:
    """Return a customer. Raises NotFound.

    A slash at the end is part of the id where a customer has it, else that of the address.
    """
    customer = None
    if "\x00" not in customer_id:
        spellings = {customer_id, customer_id.removesuffix("/")}
        customers = Customer.objects.filter(pk__in=sorted(spellings))
        customer = max(customers, key=lambda found: len(found.pk), default=None)
    if customer is None:
        raise NotFound("There is no customer with this id.")
    return customer


@dataclass(frozen=True, slots=True)
class CustomerCases:
    """A customer's cases from an offset on, newest first; `total` is the number of all."""

    records: list[CaseRecord]
    total: int


def list_customer_cases(*, customer_id: str, offset: int = 0) -> CustomerCases:
    """Return a customer's cases after the newest `offset`, in four queries. Raises NotFound."""
    customer = get_customer(customer_id=customer_id)
    of_customer = Case.objects.filter(customer=customer)
    cases = list(of_customer.order_by("-created", "-id")[offset : offset + LISTED_CASES])
    newest_first = Window(RowNumber(), partition_by=F("case_id"), order_by=F("id").desc())
    posts: dict[int, list[Interaction]] = {case.pk: [] for case in cases}
    for post in (
        Interaction.objects.filter(case__in=cases)
        .annotate(place=newest_first)
        .filter(place__lte=LISTED_POSTS)
        .select_related("author")
        .order_by("case_id", "id")
    ):
        posts[post.case_id].append(post)
    records = [CaseRecord(case, posts[case.pk]) for case in cases]
    return CustomerCases(records, of_customer.count())
