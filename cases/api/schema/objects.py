"""JSON Schemas of what is answered, apart from registered fields (contract: Objects)."""

from typing import Any

from cases.api.schema.values import ANSWERED_MOMENT, ANY_VALUE, answered, record
from cases.api.serializers.case_input import AUTHOR, INTERACTION
from cases.api.serializers.customer_input import BEST_MATCH
from cases.api.serializers.rules import Schema
from cases.api.serializers.structures import reference
from cases.choices import CaseStatus, ObjectType, PropertyType
from cases.errors import ErrorCode

ANSWERED_CASE_KEYS: dict[str, Schema] = {
    "id": answered("The id for `/case/{id}`.", pattern="^[0-9]+$"),
    "number": answered("The number that people use for the case.", pattern="^CP-[0-9]+$"),
    "customerId": answered("The id for `/customer/{id}`.", minLength=1),
    "title": answered("What the case is about.", minLength=1),
    "description": answered('`""` if none was given.'),
    "url": answered("Opens the case in the back office.", format="uri"),
    "lastUpdated": ANSWERED_MOMENT,
    "created": ANSWERED_MOMENT,
    "status": {"type": "string", "enum": list(CaseStatus.values)},
    "interactions": {"type": "array", "items": reference("Interaction")},
}
"""What a case is answered with, by key; registered fields follow."""

ANSWERED_CUSTOMER_KEYS: dict[str, Schema] = {
    "id": answered("The id for `/customer/{id}`.", minLength=1),
    "url": answered("Opens the customer in the back office.", format="uri"),
}
"""What a customer is answered with, by key; registered fields follow."""

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

_BEST_MATCH: Schema = {
    "type": "object",
    "description": "What is known about a person. A value that can't be used is ignored.",
    "properties": {member.key: {"description": member.description} for member in BEST_MATCH},
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
    **{reader.component: reader.full_schema() for reader in (INTERACTION, AUTHOR)},
    "BestMatchRequest": _BEST_MATCH,
    "Interaction": _INTERACTION,
    "Author": _AUTHOR,
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
