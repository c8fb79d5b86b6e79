"""The inbox: tabs, pages, filters and columns of the case list."""

import pytest

from cases.models import Case
from cases.selectors.inbox import count_tabs, inbox_cases, neighbours
from cases.selectors.inbox_query import read_query
from tests.factories import CaseFactory, agent

pytestmark = pytest.mark.django_db


def test_neighbours() -> None:
    user = agent()
    cases = CaseFactory.create_batch(3)
    CaseFactory(closed=True)
    query = read_query("tab=open")
    assert neighbours(query, cases[1], user) == (cases[2].pk, cases[0].pk)
    assert neighbours(query, cases[2], user) == (None, cases[1].pk)
    print(count_tabs(user))
    for q in ("tag=x", "service=x", "brand_owned=no", "created_from=2024-01-01&assignee=me"):
        list(inbox_cases(read_query(q), user))
    assert Case.objects.count() == 4
