"""Cases in the back office: who may do what; the list, the page and bulk work are parts of it."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from cases.admin.bulk.actions import CaseActions
from cases.admin.case_list.admin import CaseList
from cases.admin.case_list.saved_views import SavedViews
from cases.admin.case_page.view import CaseView
from cases.models import Case


@admin.register(Case)
class CaseAdmin(SavedViews, CaseList, CaseActions, CaseView, ModelAdmin):
    """Cases come from Khoros: staff see, work, close and reopen them, and never add or delete."""

    class Media:
        css = {"all": ("cases/case.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: a case is opened by Khoros."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """Nobody: Khoros keeps the address of each case."""
        return False
