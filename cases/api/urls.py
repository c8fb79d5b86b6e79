"""The ten operations of the contract, each with and without a trailing slash, and with no redirect.

A route's name is its path in the contract: `cases.choices.Operation` has them with their methods.
"""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, re_path

from cases.api.views.cases import CaseViewSet
from cases.api.views.customers import CustomerViewSet
from cases.api.views.definitions import DefinitionViewSet

# A customer's id is any text, including slashes and line breaks. A slash at the end may be part of it.
_PATTERNS = {
    "/case/{id}": r"case/+(?P<case_id>[^/]+)",
    "/customer/bestmatch": r"customer/+bestmatch",
    "/customer/{id}": r"customer/(?P<customer_id>(?s:.+))",
    "/customer/{id}/cases": r"customer/(?P<customer_id>(?s:.+?))/cases",
    "/meta/object/{type}": r"meta/+object/+(?P<object_type>[^/]+)",
}


def _route(path: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    pattern = _PATTERNS.get(path, path.lstrip("/"))
    # Slashes collapse, as where an address that ends in one is joined to a path.
    return re_path(rf"^(?:/*){pattern}/*\Z", view, name=path)


urlpatterns = [
    _route("/case", CaseViewSet.as_view({"post": "create"})),
    _route("/case/{id}", CaseViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    _route("/customers", CustomerViewSet.as_view({"post": "search"})),
    _route("/customer/bestmatch", CustomerViewSet.as_view({"post": "best_match"})),
    _route("/customer", CustomerViewSet.as_view({"post": "create"})),
    _route("/customer/{id}/cases", CustomerViewSet.as_view({"get": "cases"})),
    _route(
        "/customer/{id}",
        CustomerViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
    _route("/meta/object/{type}", DefinitionViewSet.as_view({"get": "retrieve"})),
]
