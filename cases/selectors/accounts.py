"""Which customers the authors of posts are: those of the cases that hold their posts."""

from collections.abc import Collection
from typing import NamedTuple

from cases.matching.normalise import Profile, service_key, service_names
from cases.search.backends.statements import fetch_union

MOST_AUTHORS = 20
"""How many authors one handle or name may bring in, the latest first."""

MOST_POSTS = 100
"""How many of an author's posts are followed to their cases, the latest first."""

_AUTHOR = """
    SELECT id, service, service_id, handle_key, name_key FROM cases_author
    WHERE {condition} AND NOT brand_owned ORDER BY id DESC LIMIT {limit}
"""
_BY_HANDLE = _AUTHOR.format(condition="handle_key = %s", limit=MOST_AUTHORS)
_BY_NAME = _AUTHOR.format(condition="name_key = %s", limit=MOST_AUTHORS)
_BY_ID = _AUTHOR.format(condition="service = %s AND service_id = %s", limit=1)
_POSTED_FOR = """
    SELECT DISTINCT post.author_id, cases_case.customer_id FROM (
        SELECT author_id, case_id FROM cases_interaction WHERE author_id = %s
        ORDER BY created DESC, id DESC LIMIT {limit}
    ) AS post JOIN cases_case ON cases_case.id = post.case_id
"""
_CUSTOMERS = _POSTED_FOR.format(limit=MOST_POSTS)


class Account(NamedTuple):
    """An author's account, normalised, and a customer in whose cases it wrote."""

    customer_id: str
    service: str
    service_id: str
    handle: str
    name: str


def find_accounts(
    *, handles: Collection[str], names: Collection[str], profiles: Collection[Profile]
) -> list[Account]:
    """Return the accounts with one of the normalised handles, names or profiles, by customer.

    The brand's own accounts are left out. Takes at most two statements.
    """
    authors = {
        row[0]: row[1:]
        for row in fetch_union(
            [
                *((_BY_HANDLE, [handle]) for handle in handles),
                *((_BY_NAME, [name]) for name in names),
                *(
                    (_BY_ID, [service, profile.account])
                    for profile in profiles
                    for service in service_names(profile.service)
                ),
            ]
        )
    }
    customers = fetch_union([(_CUSTOMERS, [key]) for key in sorted(authors)])
    return [
        Account(customer_id, service_key(service), service_id, handle, name)
        for author_id, customer_id in customers
        for service, service_id, handle, name in [authors[author_id]]
    ]
