"""Writes the search index of cases; see `cases.models.case_search`."""

from collections.abc import Callable, Collection, Mapping, Sequence

from django.db import transaction

from cases.models import Case, CaseNote, CaseSearch, Customer, CustomerSearch, Interaction
from cases.search.words import customer_words
from cases.selectors.case_search.vocabulary import read_case_words, words_of_case

CHUNK = 500
"""How many cases are read, locked and written at a time."""


def index_opened_case(*, case: Case, posts: Sequence[Interaction]) -> None:
    """Index a new case, in one statement; the posts have their authors loaded."""
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
    """Index the cases again, in four statements, however many they are.

    Called in the transaction that changed them. Locks the cases first, so that the second of two
    simultaneous changes indexes both.
    """
    if not case_ids:
        return
    with transaction.atomic():
        cases = list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk"))
        _write(
            read_case_words(cases, posts=Interaction.objects.all(), notes=CaseNote.objects.all())
        )


def add_customer_words(*, customers: Sequence[Customer]) -> None:
    """Index the words of customers that aren't indexed yet, in at most one statement."""
    CustomerSearch.objects.bulk_create(
        CustomerSearch(customer=customer, words=customer_words(customer.properties))
        for customer in customers
        if customer.properties
    )


def reindex_cases(
    *, after: int = 0, report: Callable[[int, int], None] | None = None
) -> tuple[int, int]:
    """Index again all cases above the id `after`.

    Returns the number of cases and the last id, and calls `report` with the same after each
    chunk. Runs in short transactions while the portal is serving, so it can be stopped, and
    continued after the last id.
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
