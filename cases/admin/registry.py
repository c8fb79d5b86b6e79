"""The admin of each model, assembled from its pages and the shared ones."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from cases.admin.api_requests.admin import RequestListAdmin
from cases.admin.authors.admin import AuthorListAdmin
from cases.admin.bulk.actions import BULK_ACTIONS, bulk_urls
from cases.admin.case_list.admin import CaseListAdmin, export_selected
from cases.admin.case_page.view import show_case, show_case_activity
from cases.admin.customers.admin import CustomerListAdmin
from cases.admin.export.views import Exportable
from cases.models import Author, Case, Customer, RecordedRequest


@admin.register(Author)
class AuthorAdmin(Exportable, AuthorListAdmin):
    """Authors: their list, their page, and the list as a file."""


@admin.register(Customer)
class CustomerAdmin(Exportable, CustomerListAdmin):
    """Customers: their list, their page, their import, and the list as a file."""


@admin.register(RecordedRequest)
class RecordedRequestAdmin(Exportable, RequestListAdmin):
    """Requests: their list, their page, the contract console, and the list as a file."""

    class Media:
        css = {"all": ("cases/api_requests.css",)}


@admin.register(Case)
class CaseAdmin(Exportable, CaseListAdmin):
    """Cases come from Khoros: staff work on, close and reopen them, but never add or delete them."""

    actions = (*BULK_ACTIONS, export_selected)

    class Media:
        css = {"all": ("cases/case.css", "cases/bulk.css")}

    def get_urls(self) -> list[URLPattern]:
        """Return the pages of bulk actions before those of cases."""
        return [*bulk_urls(self), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a case and perform actions on it."""
        return show_case(self, request, object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the case's own page, which shows its activity."""
        return show_case_activity(object_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No one: a case is opened by Khoros."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """No one: Khoros stores the address of each case."""
        return False
