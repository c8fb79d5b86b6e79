"""Addresses of case pages that remember the list and the position they were opened from."""

from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from cases.models import Case
from cases.selectors.case_list.listing import neighbours
from cases.selectors.case_list.query import CaseListQuery, Position, read_position, read_query

# The first is Django's own name: its links back to the list know it.
_LIST, _POSITION = "_changelist_filters", "_position"


def listed_case_url(list_query: CaseListQuery, position: Position) -> str:
    """Return the address of a case's page that remembers the list, and the case's position in it.

    Most changes to a case move it; the position stays where the person came from.
    """
    return next(_listed_urls(list_query, [position]))


def listed_case_urls(list_query: CaseListQuery, cases: Iterable[Case]) -> dict[int, str]:
    """Return the same addresses for the cases of a list, by id."""
    positions = [list_query.position_of(case) for case in cases]
    urls = _listed_urls(list_query, positions)
    return {position.pk: url for position, url in zip(positions, urls, strict=True)}


def _listed_urls(list_query: CaseListQuery, positions: Iterable[Position]) -> Iterator[str]:
    listed = urlencode({_LIST: list_query.encode()})
    for position in positions:
        address = reverse("admin:cases_case_change", args=(position.pk,))
        yield f"{address}?{listed}&{urlencode({_POSITION: str(position)})}"


def list_parameters(request: HttpRequest) -> dict[str, str]:
    """Return the parameters in the address of a case's page that remember the list."""
    return {name: request.GET[name] for name in (_LIST, _POSITION) if name in request.GET}


def neighbour_urls(request: HttpRequest, case: Case) -> dict[str, str]:
    """Return the addresses of the cases before and after this one in the remembered list."""
    query = request.GET.get(_LIST)
    if query is None:
        return {}
    list_query = read_query(query)
    position = read_position(request.GET.get(_POSITION, ""), list_query.sort)
    around = neighbours(list_query, case, cast(User, request.user), position=position)
    return {
        name: listed_case_url(list_query, neighbour)
        for name, neighbour in zip(("previous_url", "next_url"), around, strict=True)
        if neighbour
    }
