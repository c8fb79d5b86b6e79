"""Writes of what cases are found by; see `cases.models.case_search`."""

from collections.abc import Callable, Collection, Mapping, Sequence

from django.db import transaction

from cases.models import Case, CaseNote, CaseSearch, Customer, CustomerSearch, Interaction
from cases.search.words import customer_words
from cases.selectors.case_search.vocabulary import read_case_words, words_of_case

CHUNK = 500
"""Cases that are read, locked and written at a time."""


def index_opened_case(*, case: Case, posts: Sequence[Interaction]) -> None:
    """Write what a new case is found by, in one statement; the posts hold their authors."""
    newest = sorted(posts, key=lambda post: post.created, reverse=True)
    words = words_of_case(
        case,
        posts=[
            (post.body, post.author.handle, post.author.name)
            if post.author
            else (post.body, None, None)
            for post in newest
        ],
    )
    CaseSearch.objects.bulk_create([CaseSearch(case=case, words=words)])


def index_cases(*, case_ids: Collection[int]) -> None:
    """Write again what the cases are found by, in four statements, however many they are.

    Called in the transaction that changed them. Locks the cases first, so that of two changes at
    the same time the second to be indexed sees both.
    """
    if not case_ids:
        return
    with transaction.atomic():
        cases = list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk"))
        _write(
            read_case_words(cases, posts=Interaction.objects.all(), notes=CaseNote.objects.all())
        )


def add_customer_words(*, customers: Sequence[Customer]) -> None:
    """Write the words of `customers` that have none yet, in at most one statement."""
    CustomerSearch.objects.bulk_create(
        CustomerSearch(customer=customer, words=customer_words(customer.properties))
        for customer in customers
        if customer.properties
    )


def reindex_cases(
    *, after: int = 0, report: Callable[[int, int], None] | None = None
) -> tuple[int, int]:
    """Write again what all cases above the id `after` are found by.

    Returns how many those were and the last one's id, and tells `report` the same after each
    chunk. Runs in short transactions while the portal works, so it may be stopped, and started
    again after the last id.
    """
    done, last = 0, after
    while True:
        with transaction.atomic():
            ids = Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
            chunk = list(ids[:CHUNK])
            index_cases(case_ids=chunk)
        if not chunk:
            return done, last
        done, last = done + len(chunk), chunk[-1]
        if report:
            report(done, last)


def _write(words: Mapping[int, list[str]]) -> None:
    CaseSearch.objects.bulk_create(
        (CaseSearch(case_id=key, words=found) for key, found in words.items()),
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["words"],
    )
