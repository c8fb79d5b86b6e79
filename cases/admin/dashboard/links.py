"""Links from the dashboard to the cases that its figures count."""

from cases.admin.common.navigation import list_url
from cases.models import Case
from cases.selectors.case_list.query import CaseListQuery, Tab, usual_sort


def cases_url(tab: Tab, **filters: str) -> str:
    """Return the address of a tab of the case list, filtered by names of `case_filters`."""
    list_query = CaseListQuery(tab=tab, filters=filters, sort=usual_sort(filters))
    return f"{list_url(Case)}?{list_query.encode()}"
