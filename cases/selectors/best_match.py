"""Who a customer may be."""

from dataclasses import dataclass

from cases.models import Customer


@dataclass(frozen=True, slots=True)
class Address:
    """An address."""

    street_one: str = ""
    street_two: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for."""

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
    """A customer with its score and reasons."""

    customer: Customer
    score: int
    reasons: tuple[str, ...]


def best_matches(wanted: Wanted) -> list[Match]:
    """Return matches, best first."""
    return []
