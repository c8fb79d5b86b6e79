"""The closed sets of words that the models, the API and the back office share."""

from django.db import models


class ObjectType(models.TextChoices):
    """What a custom property belongs to (contract: `GET /meta/object/{type}`)."""

    CASE = "case", "Case"
    CUSTOMER = "customer", "Customer"


class CaseStatus(models.TextChoices):
    """The two states of a case on the wire (contract: Objects, Case)."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class PropertyType(models.TextChoices):
    """The four types of a custom property (contract: Field definitions)."""

    TEXT = "text", "Text"
    TEXTAREA = "textarea", "Text area"
    SINGLE_SELECT_LIST = "single_sel_list", "List"
    CHECKBOX = "checkbox", "Checkbox"


class PropertyStage(models.TextChoices):
    """The life of a definition (contract: Custom properties)."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    RETIRING = "retiring", "Retiring"
    ARCHIVED = "archived", "Archived"


ACCEPTED_STAGES = (PropertyStage.LIVE, PropertyStage.RETIRING)
"""Stages in which a value is accepted from Khoros, answered and shown."""


class EventKind(models.TextChoices):
    """What can happen to a case after it was opened."""

    UPDATED = "updated", "Updated"
    POSTS_ADDED = "posts_added", "Posts added"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened"


class Operation(models.TextChoices):
    """The ten operations of the contract, as `<method> <path>`; the paths name the routes."""

    OPEN_CASE = "POST /case", "Open a case"
    READ_CASE = "GET /case/{id}", "Read a case"
    UPDATE_CASE = "PATCH /case/{id}", "Update a case"
    SEARCH_CUSTOMERS = "POST /customers", "Search customers"
    MATCH_CUSTOMERS = "POST /customer/bestmatch", "Match customers"
    CREATE_CUSTOMER = "POST /customer", "Create a customer"
    READ_CUSTOMER = "GET /customer/{id}", "Read a customer"
    UPDATE_CUSTOMER = "PATCH /customer/{id}", "Update a customer"
    LIST_CUSTOMER_CASES = "GET /customer/{id}/cases", "List a customer's cases"
    READ_DEFINITIONS = "GET /meta/object/{type}", "Read the fields"
