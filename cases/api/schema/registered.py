"""JSON Schemas of cases and customers with the current custom fields."""

from collections.abc import Callable, Mapping

from cases.api.schema.objects import ANSWERED_CASE_KEYS, ANSWERED_CUSTOMER_KEYS
from cases.api.schema.values import record
from cases.api.serializers.case_input import CASE, CUSTOMER_SPELLINGS
from cases.api.serializers.customer_input import CRITERION, READ_ONLY_KEYS
from cases.api.serializers.readers import FLAG_SCHEMA, Nullable, text
from cases.api.serializers.rules import NOTHING, STORABLE, Schema
from cases.api.serializers.structures import member_schemas, reference
from cases.choices import PropertyStage, PropertyType
from cases.properties.types import TEXT_LENGTH, TEXTAREA_LENGTH, Definition

Definitions = Mapping[str, Definition]


def registered_schemas(cases: Definitions, customers: Definitions) -> dict[str, Schema]:
    """Return the schemas that registered fields are part of, by name."""
    return {
        "Case": _answer(ANSWERED_CASE_KEYS, cases),
        "CaseRequest": _case_request(cases)
        | {
            "required": [
                member.key
                for member in CASE
                if member.required and member.key not in CUSTOMER_SPELLINGS
            ],
            "oneOf": _CUSTOMER,
        },
        "CasePatch": _case_request(cases) | {"oneOf": [*_CUSTOMER, _NO_CUSTOMER]},
        "Customer": _answer(ANSWERED_CUSTOMER_KEYS, customers),
        "CustomerRequest": {
            "type": "object",
            "description": "Customer fields. `id` and `url` may be sent back and are ignored.",
            "properties": {key: {} for key in READ_ONLY_KEYS} | _requested(customers),
            "additionalProperties": False,
        },
        "CustomerCriteria": _criteria(customers),
    }


def sample_value(definition: Definition) -> str:
    """Return an example of a value that a field accepts."""
    return _SAMPLES[definition.type](definition)


def _case_request(definitions: Definitions) -> Schema:
    return {
        "type": "object",
        "description": (
            "Unmapped keys, which are not listed here, are kept with the case, up to 16 "
            "KiB. `id`, `number`, `url`, `created` and `lastUpdated` may be sent back "
            "and are ignored."
        ),
        "properties": member_schemas(CASE) | _SPELLINGS | _requested(definitions),
        "propertyNames": STORABLE.schema,
        "additionalProperties": reference("AnyValue"),
    }


_READERS = {member.key: member.reader.schema() for member in CASE}
_SPELLINGS: dict[str, Schema] = {
    member.key: {"description": member.description, "type": [*_READERS[member.key]["type"], "null"]}
    for member in CASE
    if member.key in CUSTOMER_SPELLINGS
}
_CUSTOMER: list[Schema] = [
    {"required": [key], "properties": {key: _READERS[key], other: NOTHING}}
    for key, other in (CUSTOMER_SPELLINGS, CUSTOMER_SPELLINGS[::-1])
]
"""One spelling of the customer's id; the other is absent, null or blank."""
_NO_CUSTOMER: Schema = {"not": {"anyOf": [{"required": [key]} for key in CUSTOMER_SPELLINGS]}}


def _answer(core: dict[str, Schema], definitions: Definitions) -> Schema:
    registered: dict[str, Schema] = {
        # No enum: a stored value stays when the list changes.
        name: {"type": "string", "minLength": 1, "title": definition.label}
        for name, definition in definitions.items()
    }
    return record(core | registered, optional=tuple(registered))


def _requested(definitions: Definitions) -> dict[str, Schema]:
    return {
        name: _REQUESTED[definition.type](definition)
        | {"title": definition.label, "description": _describe(definition)}
        for name, definition in definitions.items()
    }


def _criteria(definitions: Definitions) -> Schema:
    """Return what `POST /customers` takes: searchable fields, and at least one that is not empty."""
    searchable = {name: entry for name, entry in definitions.items() if entry.searchable}
    given = [
        {"required": [name], "properties": {name: {"not": {"enum": [None, ""]}}}}
        for name in searchable
    ]
    return {
        "type": "object",
        "description": "Searchable fields. All must match; empty ones are ignored.",
        "properties": {name: _criterion(entry) for name, entry in searchable.items()},
        "additionalProperties": False,
        "minProperties": 1,
    } | ({"anyOf": given} if given else {})


def _criterion(definition: Definition) -> Schema:
    either = [Nullable(CRITERION, "").schema(), {"const": ""}]
    if definition.type == PropertyType.CHECKBOX:
        either.append({"type": "boolean"})
    return {"anyOf": either, "title": definition.label}


def _describe(definition: Definition) -> str:
    words = '`null` or `""` clears it.'
    if definition.list_values:
        words += " Values and labels in any letters."
    if definition.stage == PropertyStage.RETIRING:
        words += " Retiring: still accepted, no longer listed."
    return words


def _clearable(length: int) -> Schema:
    return Nullable(text(length, blank=True), "").schema()


def _spellings(definition: Definition) -> list[str]:
    """Return values first, then the labels that stand for one of them."""
    values = [entry.value for entry in definition.list_values]
    labels = [entry.name for entry in definition.list_values]
    return [
        *values,
        *(label for label in labels if label not in values and labels.count(label) == 1),
    ]


_REQUESTED: dict[str, Callable[[Definition], Schema]] = {
    PropertyType.TEXT: lambda _: _clearable(TEXT_LENGTH),
    PropertyType.TEXTAREA: lambda _: _clearable(TEXTAREA_LENGTH),
    PropertyType.SINGLE_SELECT_LIST: lambda definition: {
        "enum": [*_spellings(definition), "", None]
    },
    PropertyType.CHECKBOX: lambda _: {"anyOf": [*FLAG_SCHEMA["anyOf"], {"enum": ["", None]}]},
}
_SAMPLES: dict[str, Callable[[Definition], str]] = {
    PropertyType.TEXT: lambda definition: f"{definition.label}: text"[:TEXT_LENGTH],
    PropertyType.TEXTAREA: lambda definition: f"{definition.label}:\nlonger text",
    PropertyType.SINGLE_SELECT_LIST: lambda definition: definition.list_values[0].value,
    PropertyType.CHECKBOX: lambda _: "true",
}
