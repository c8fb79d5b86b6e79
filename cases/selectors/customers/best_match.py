"""The customers that a person in a post most likely is, and why.

Terms and authors are looked up by equality in their indexes, at most `MOST_HITS` for each thing
that Khoros knows of the person; then all that is known of those few is weighed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cases.choices import ObjectType, PropertyType
from cases.matching.normalise import (
    Profile,
    email_key,
    handle_key,
    name_key,
    number_key,
    phone_key,
    read_profile,
    street_key,
    words_of,
)
from cases.matching.terms import TermKind, joined_name_properties
from cases.models import Customer, CustomerTerm
from cases.search.backends.statements import fetch_union
from cases.selectors.accounts import Account, find_accounts
from cases.selectors.properties import accepted_definitions
from cases.text import is_storable

MAX_MATCHES = 10

MOST_HITS = 20
"""How many customers one thing known of a person may bring in, the latest written first."""

MOST_VALUES = 25
"""How many phone numbers, addresses and numbers of each kind are looked at."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as Khoros knows it; each part may be `""`."""

    street_one: str = ""
    street_two: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What Khoros knows of a person; each part may be empty (contract: Best match).

    `description` is read by no one: what people write about themselves identifies no one.
    """

    display_name: str = ""
    screen_name: str = ""
    description: str = ""
    profile_url: str = ""
    email: str = ""
    phone_numbers: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    order_numbers: tuple[str, ...] = ()
    case_numbers: tuple[str, ...] = ()
    account_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A customer, how well it matches, and the reasons in words for a person, weightiest first."""

    customer: Customer
    score: int
    reasons: tuple[str, ...]


class _Evidence(NamedTuple):
    """A reason for a match; of several with one `source`, the weightiest counts."""

    source: str
    weight: int
    reason: str


# What identifies one person outweighs all that many may share: a name and an address together.
_ACCOUNT_NUMBER = _Evidence("account number", 100, "account number")
_EMAIL = _Evidence("email", 95, "email")
_PROFILE_URL = _Evidence("account online", 90, "profile URL")
_PHONE = _Evidence("phone", 85, "phone number")
_ORDER_NUMBER = _Evidence("order number", 80, "order number")
_CASE_NUMBER = _Evidence("case number", 70, "case number")
_HANDLE = _Evidence("account online", 60, "handle")
_ADDRESS = _Evidence("address", 25, "address")
_NAME = _Evidence("name", 20, "name")
_STREET = _Evidence("address", 10, "street")
_HANDLE_ON_SERVICE = 90

_Key = tuple[str, str]
_Clues = dict[_Key, list[_Evidence]]
"""What each kind and value of a term would be evidence of."""

_FIND_TERM = """
    SELECT customer_id FROM cases_customerterm
    WHERE kind = %s AND value = %s AND property IN ({names}) ORDER BY id DESC LIMIT {limit}
"""


def best_matches(wanted: Wanted) -> list[Match]:
    """Return the customers that fit best, at most 10, best first; none where nothing fits.

    Values are compared in their normalised forms with the customers' accepted properties and with
    the authors of their cases. Of equal matches the newest customer comes first. Takes at most
    five statements. Contract: `POST /customer/bestmatch`.
    """
    names = _compared_properties()
    clues, profiles = _read_clues(wanted), _read_profiles(wanted)
    accounts = find_accounts(
        handles=[value for kind, value in clues if kind == TermKind.HANDLE],
        names=[value for kind, value in clues if kind == TermKind.NAME],
        profiles=[profile for profile in profiles if profile.account],
    )
    evidence: dict[str, set[_Evidence]] = {
        key: set() for key in (*_find_customers(clues, names), *(a.customer_id for a in accounts))
    }
    for account in accounts:
        evidence[account.customer_id].update(_account_evidence(account, clues, profiles))
    terms = CustomerTerm.objects.filter(customer__in=evidence, property__in=names)
    for key, *term in terms.values_list("customer_id", "kind", "value"):
        evidence[key].update(clues.get((term[0], term[1]), ()))
    return _weigh(evidence, wanted.addresses[:MOST_VALUES], names)


def _compared_properties() -> list[str]:
    """Return the names by which terms of accepted texts are stored, pairs of names included."""
    texts = {
        name: definition
        for name, definition in accepted_definitions(ObjectType.CUSTOMER).items()
        if definition.type in (PropertyType.TEXT, PropertyType.TEXTAREA)
    }
    return [*texts, *joined_name_properties(texts)]


def _read_profiles(wanted: Wanted) -> list[Profile]:
    """Return what the profile's URL says, and the screen name where that is a URL too."""
    urls = (wanted.profile_url, wanted.screen_name)
    profiles = [read_profile(url) for url in urls if is_storable(url)]
    return [profile for profile in profiles if profile]


def _read_clues(wanted: Wanted) -> _Clues:
    """Return what to look for, with what it would be evidence of."""
    clues: _Clues = {}
    for kind, value, evidence in _list_clues(wanted):
        if value and is_storable(value):
            clues.setdefault((kind, value), []).append(evidence)
    return clues


def _list_clues(wanted: Wanted) -> Iterator[tuple[TermKind, str, _Evidence]]:
    yield TermKind.EMAIL, email_key(wanted.email), _EMAIL
    yield TermKind.NAME, name_key(wanted.display_name), _NAME
    yield TermKind.HANDLE, handle_key(wanted.screen_name), _HANDLE
    for profile in _read_profiles(wanted):
        yield TermKind.URL, profile.url, _PROFILE_URL
        if profile.account:
            yield TermKind.HANDLE, profile.account, _HANDLE
            yield TermKind.ACCOUNT_ON, profile.url, _handle_on(profile.service)
    for phone in wanted.phone_numbers[:MOST_VALUES]:
        yield TermKind.PHONE, phone_key(phone), _PHONE
    for address in wanted.addresses[:MOST_VALUES]:
        yield TermKind.STREET, street_key(address.street_one), _STREET
    for numbers, kind, evidence in (
        (wanted.account_numbers, TermKind.ACCOUNT_NUMBER, _ACCOUNT_NUMBER),
        (wanted.order_numbers, TermKind.ORDER_NUMBER, _ORDER_NUMBER),
        (wanted.case_numbers, TermKind.CASE_NUMBER, _CASE_NUMBER),
    ):
        for number in numbers[:MOST_VALUES]:
            yield kind, number_key(number), evidence
            yield TermKind.NUMBER, number_key(number), evidence


def _handle_on(service: str) -> _Evidence:
    return _Evidence("account online", _HANDLE_ON_SERVICE, f"handle on {service}")


def _find_customers(clues: _Clues, names: Sequence[str]) -> list[str]:
    """Return the customers that have a term of the clues."""
    if not names:
        return []
    find = _FIND_TERM.format(names=", ".join(["%s"] * len(names)), limit=MOST_HITS)
    return [key for (key,) in fetch_union([(find, [*clue, *names]) for clue in clues])]


def _account_evidence(
    account: Account, clues: _Clues, profiles: Sequence[Profile]
) -> Iterator[_Evidence]:
    """Yield what an author's account has in common with what is wanted."""
    own = {account.handle, account.service_id.casefold()} - {""}
    if any(one.service == account.service and one.account in own for one in profiles):
        yield _handle_on(account.service)
    elif (TermKind.HANDLE, account.handle) in clues:
        yield _HANDLE._replace(reason=f"handle on {account.service}")
    if (TermKind.NAME, account.name) in clues:
        yield _NAME


def _weigh(
    evidence: Mapping[str, set[_Evidence]], addresses: Sequence[Address], names: Sequence[str]
) -> list[Match]:
    """Return the matches of customers by their evidence, best first."""
    matches = []
    for customer in sorted(Customer.objects.in_bulk(list(evidence)).values(), key=lambda c: c.pk):
        found = evidence[customer.pk]
        if _STREET in found and _same_place(customer, addresses, names):
            found.add(_ADDRESS)
        strongest: dict[str, _Evidence] = {}
        for one in sorted(found, key=lambda one: (one.weight, one.reason)):
            strongest[one.source] = one
        if strongest:
            reasons = sorted(strongest.values(), key=lambda one: -one.weight)
            score = sum(one.weight for one in reasons)
            matches.append(Match(customer, score, tuple(one.reason for one in reasons)))
    matches.sort(key=lambda match: match.customer.created, reverse=True)
    return sorted(matches, key=lambda match: -match.score)[:MAX_MATCHES]


def _same_place(customer: Customer, addresses: Sequence[Address], names: Sequence[str]) -> bool:
    """Tell whether a customer on the same street also has that address's post code or city."""
    values = [customer.properties[name] for name in names if name in customer.properties]
    words = frozenset[str]().union(*(words_of(value) for value in values))
    streets = {street_key(value) for value in values} - {""}
    return any(
        (place := words_of(part)) and place <= words
        for address in addresses
        for part in (address.zip, address.city)
        if (wanted := street_key(address.street_one))
        and any(wanted in street for street in streets)
    )
