"""The operations of the contract, all of them, each with and without a trailing slash."""

from django.urls import re_path

from cases.api.views.cases import CaseViewSet
from cases.api.views.definitions import DefinitionViewSet

urlpatterns = [
    re_path(r"^case/?\Z", CaseViewSet.as_view({"post": "create"}), name="case-list"),
    re_path(
        r"^meta/object/(?P<object_type>[^/]+)/?\Z",
        DefinitionViewSet.as_view({"get": "retrieve"}),
        name="definitions",
    ),
]
