"""JSON Schemas of what travels, apart from registered fields (contract: Objects)."""

from typing import Any

from cases.api.schema.values import (
    ANSWERED_MOMENT,
    ANY_VALUE,
    LINK,
    LONG,
    MOMENT,
    NAME,
    SHORT,
    URL,
    Schema,
    answered,
    optional,
    reference,
    text,
)
from cases.api.serializers.case_input import MAX_INTERACTIONS
from cases.choices import CaseStatus, ObjectType, PropertyType
from cases.errors import ErrorCode

_LISTED = 100
_STATUS: Schema = {"type": "string", "enum": list(CaseStatus.values)}


def record(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an answered object: these keys, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


CASE_KEYS: dict[str, Schema] = {
    "customerId": text(SHORT, "The customer's id. An unknown id creates the customer."),
    "customId": text(SHORT, "Another spelling of `customerId`. Send one of the two."),
    "title": text(SHORT, "What the case is about, in one line."),
    "description": text(LONG, blank=True),
    "status": _STATUS,
    "interactions": {
        "type": "array",
        "maxItems": MAX_INTERACTIONS,
        "items": reference("InteractionRequest"),
        "description": "The posts that the case is about.",
    },
}
"""What a case is sent with, by key."""

ANSWERED_CASE_KEYS: dict[str, Schema] = {
    "id": answered("The id for `/case/{id}`.", pattern="^[0-9]+$"),
    "number": answered("The number that people use for the case.", pattern="^CP-[0-9]+$"),
    "customerId": answered("The id for `/customer/{id}`.", minLength=1),
    "title": answered("What the case is about.", minLength=1),
    "description": answered('`""` if none was given.'),
    "url": answered("Opens the case in the back office.", format="uri"),
    "lastUpdated": ANSWERED_MOMENT,
    "created": ANSWERED_MOMENT,
    "status": _STATUS,
    "interactions": {"type": "array", "items": reference("Interaction")},
}
"""What a case is answered with, by key; registered fields follow."""

ANSWERED_CUSTOMER_KEYS: dict[str, Schema] = {
    "id": answered("The id for `/customer/{id}`.", minLength=1),
    "url": answered("Opens the customer in the back office.", format="uri"),
}
"""What a customer is answered with, by key; registered fields follow."""

_AUTHOR_REQUEST: Schema = {
    "type": "object",
    "description": "Who wrote a post. One author for each service and serviceId.",
    "properties": {
        "service": text(NAME, "`facebook`, `twitter`, …: any name."),
        "serviceId": text(SHORT, "The author's id on that service."),
        "handle": text(SHORT, blank=True),
        "name": text(SHORT, blank=True),
        "brandOwned": {
            "type": "boolean",
            "description": "Whether the account is the company's own.",
        },
    },
    "required": ["service", "serviceId", "handle", "name", "brandOwned"],
}

_INTERACTION_REQUEST: Schema = {
    "type": "object",
    "description": "A post. One that the case already has is not added again.",
    "properties": {
        "created": MOMENT,
        "body": text(LONG, blank=True),
        "linkUrl": LINK,
        "serviceId": text(SHORT, "The post's id on its service."),
        "service": text(NAME, "`facebook`, `twitter`, …: any name."),
        "contentType": text(NAME, "`post`, `comment`, …: any name."),
        "author": reference("AuthorRequest"),
    },
    "required": ["created", "body", "linkUrl", "serviceId", "service", "contentType"],
}

_AUTHOR = record(
    {
        "service": answered("The network."),
        "serviceId": answered("The author's id on that network."),
        "handle": answered('`""` if the network has none.'),
        "name": answered("As on the newest post."),
        "brandOwned": {"type": "boolean"},
    }
)

_INTERACTION = record(
    {
        "created": ANSWERED_MOMENT,
        "body": answered("What was written."),
        "linkUrl": answered('`""` if there is none.'),
        "serviceId": answered("The post's id on its service."),
        "service": answered("The network."),
        "contentType": answered("What kind of post."),
        "author": reference("Author"),
    },
    optional=("author",),
)

_TEXTS: Schema = {
    "type": ["array", "null"],
    "maxItems": _LISTED,
    "items": text(SHORT, blank=True),
}
_OPTIONAL_TEXT = optional(text(SHORT, blank=True))

_BEST_MATCH: Schema = {
    "type": "object",
    "description": "What is known about a person. Every key is optional; unknown keys are ignored.",
    "properties": {
        "displayName": _OPTIONAL_TEXT,
        "screenName": _OPTIONAL_TEXT,
        "description": optional(text(LONG, blank=True)),
        "profileUrl": optional(text(URL, blank=True)),
        "email": _OPTIONAL_TEXT,
        "phoneNumbers": _TEXTS,
        "addresses": {
            "type": ["array", "null"],
            "maxItems": _LISTED,
            "items": {
                "type": "object",
                "properties": dict.fromkeys(
                    ("streetOne", "streetTwo", "city", "state", "zip"), _OPTIONAL_TEXT
                ),
            },
        },
        "orderNumbers": _TEXTS,
        "caseNumbers": _TEXTS | {"description": "Numbers of cases in other systems."},
        "accountNumbers": {
            "anyOf": [text(SHORT, blank=True), _TEXTS],
            "description": "A string or a list of strings.",
        },
    },
}

_FIELD: Schema = record(
    {
        "name": answered("The key of a case or customer."),
        "label": answered("The text that people see."),
        "type": {"type": "string", "enum": list(PropertyType.values)},
        "searchable": {
            "type": "boolean",
            "description": "Whether `POST /customers` accepts it as a criterion.",
        },
        "listValues": {
            "type": "array",
            "items": record(
                {
                    "name": answered("The text that people see."),
                    "value": answered("The value that is sent."),
                }
            ),
        },
    },
    optional=("listValues",),
) | {
    "if": {"properties": {"type": {"const": PropertyType.SINGLE_SELECT_LIST.value}}},
    "then": {"required": ["listValues"]},
    "else": {"not": {"required": ["listValues"]}},
}

_ERROR: Schema = record(
    {
        "error": {
            "type": "string",
            "enum": [code.value for code in ErrorCode],
            "description": "A stable code for programs.",
        },
        "message": answered("What went wrong, for the person who made the call.", minLength=1),
        "fields": {
            "type": "array",
            "minItems": 1,
            "description": "Every field with an error, if any.",
            "items": record(
                {
                    "name": answered("Its path, such as `interactions[1].author.handle`."),
                    "errorMessage": answered("What is wrong with it."),
                }
            ),
        },
    },
    optional=("fields",),
)

OBJECTS: dict[str, Any] = {
    "InteractionRequest": _INTERACTION_REQUEST,
    "AuthorRequest": _AUTHOR_REQUEST,
    "Interaction": _INTERACTION,
    "Author": _AUTHOR,
    "BestMatchRequest": _BEST_MATCH,
    "FieldDefinitions": record(
        {
            "name": {"type": "string", "enum": list(ObjectType.values)},
            "fields": {"type": "array", "items": reference("FieldDefinition")},
        }
    ),
    "FieldDefinition": _FIELD,
    "Error": _ERROR,
    "AnyValue": ANY_VALUE,
}
"""The schemas that are the same whatever is registered, by name."""
