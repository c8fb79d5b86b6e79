"""Choices that the models, the API and the back office share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObjectType(models.TextChoices):
    """The objects that have custom properties (contract: `GET /meta/object/{type}`)."""

    CASE = "case", _("Case")
    CUSTOMER = "customer", _("Customer")


class CaseStatus(models.TextChoices):
    """The two states of a case on the wire (contract: Objects, Case)."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class PropertyType(models.TextChoices):
    """The four types of a custom property (contract: Field definitions)."""

    TEXT = "text", _("Text")
    TEXTAREA = "textarea", _("Text area")
    SINGLE_SELECT_LIST = "single_sel_list", _("List")
    CHECKBOX = "checkbox", _("Checkbox")


class PropertyStage(models.TextChoices):
    """The lifecycle of a definition (contract: Custom properties)."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    RETIRING = "retiring", _("Retiring")
    ARCHIVED = "archived", _("Archived")


ACCEPTED_STAGES = (PropertyStage.LIVE, PropertyStage.RETIRING)
"""Stages in which values are accepted from Khoros, returned and shown."""


class EventKind(models.TextChoices):
    """What can happen to a case after it is opened."""

    UPDATED = "updated", _("Updated")
    POSTS_ADDED = "posts_added", _("Posts added")
    POSTS_EDITED = "posts_edited", _("Posts edited")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    ASSIGNED = "assigned", _("Assigned")
    TAGGED = "tagged", _("Tags changed")
    NOTE_ADDED = "note_added", _("Note added")
    DUPLICATE_MARKED = "duplicate", _("Marked as duplicate")
    DUPLICATE_UNDONE = "no_duplicate", _("No longer a duplicate")
    REVIEWED = "looked_at", _("Marked as reviewed")


class BulkAction(models.TextChoices):
    """What staff can do to many cases at once."""

    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Reopen")
    ASSIGN = "assign", _("Assign")
    TAG = "tag", _("Change tags")


class Operation(models.TextChoices):
    """The ten operations of the contract, as `<method> <path>`; the paths name the routes."""

    OPEN_CASE = "POST /case", _("Open a case")
    READ_CASE = "GET /case/{id}", _("Read a case")
    UPDATE_CASE = "PATCH /case/{id}", _("Update a case")
    SEARCH_CUSTOMERS = "POST /customers", _("Search customers")
    MATCH_CUSTOMERS = "POST /customer/bestmatch", _("Match customers")
    CREATE_CUSTOMER = "POST /customer", _("Create a customer")
    READ_CUSTOMER = "GET /customer/{id}", _("Read a customer")
    UPDATE_CUSTOMER = "PATCH /customer/{id}", _("Update a customer")
    LIST_CUSTOMER_CASES = "GET /customer/{id}/cases", _("List a customer's cases")
    READ_DEFINITIONS = "GET /meta/object/{type}", _("Read the fields")


SEARCHES = (Operation.SEARCH_CUSTOMERS, Operation.MATCH_CUSTOMERS)
"""Operations that come as a POST and store nothing: one that is refused waits for nobody."""
