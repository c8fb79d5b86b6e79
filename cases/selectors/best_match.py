"""The customers that a person in a post most likely is, and why."""

from dataclasses import dataclass

from cases.models import Customer

MAX_MATCHES = 10


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
    """What Khoros knows of a person; each part may be empty (contract: Best match)."""

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
    """A customer, how well it matches, and the reasons in words for a person."""

    customer: Customer
    score: int
    reasons: tuple[str, ...]


def best_matches(wanted: Wanted) -> list[Match]:
    """Return at most 10 matches, best first (contract: `POST /customer/bestmatch`)."""
    return []
