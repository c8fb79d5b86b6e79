"""Search for customers."""

from collections.abc import Mapping

from cases.models import Customer


def search_customers(*, criteria: Mapping[str, str]) -> list[Customer]:
    """Return customers, best first."""
    return []
