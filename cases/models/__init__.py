"""The tables. Constraints are in the database; changes to rows are in `cases.services`."""

from cases.models.api_key import ApiKey, Integration
from cases.models.call import RecordedRequest, StoredAnswer
from cases.models.case import Case, CaseEvent, CaseNote, Tag
from cases.models.case_search import CaseSearch, CustomerSearch
from cases.models.customer import Customer
from cases.models.customer_term import CustomerTerm, CustomerValue
from cases.models.interaction import Author, Interaction, InteractionRevision
from cases.models.property import CustomProperty
from cases.models.staff import BulkJob, SavedView, StaffPreferences

__all__ = [
    "ApiKey",
    "Author",
    "BulkJob",
    "Case",
    "CaseEvent",
    "CaseNote",
    "CaseSearch",
    "CustomProperty",
    "Customer",
    "CustomerSearch",
    "CustomerTerm",
    "CustomerValue",
    "Integration",
    "Interaction",
    "InteractionRevision",
    "RecordedRequest",
    "SavedView",
    "StaffPreferences",
    "StoredAnswer",
    "Tag",
]
