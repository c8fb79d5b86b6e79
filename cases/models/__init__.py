"""The tables. Constraints stand in the database; what happens to rows stands in `cases.services`."""

from cases.models.api_key import ApiKey, Integration
from cases.models.call import RecordedRequest, StoredAnswer
from cases.models.case import Case, CaseEvent
from cases.models.customer import Customer
from cases.models.customer_term import CustomerTerm, CustomerValue
from cases.models.interaction import Author, Interaction
from cases.models.property import CustomProperty

__all__ = [
    "ApiKey",
    "Author",
    "Case",
    "CaseEvent",
    "CustomProperty",
    "Customer",
    "CustomerTerm",
    "CustomerValue",
    "Integration",
    "Interaction",
    "RecordedRequest",
    "StoredAnswer",
]
