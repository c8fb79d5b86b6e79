"""Customers as Khoros writes, searches and describes them (contract: Customer)."""

from collections.abc import Mapping
from typing import Any

from cases.api.serializers.problems import Problems
from cases.api.serializers.readers import Reader, text
from cases.api.serializers.structures import ListOf, Member, ObjectOf, OneOrMany, read_members
from cases.errors import ValidationFailed
from cases.properties.types import TEXTAREA_LENGTH, Definition, parse_criterion
from cases.properties.values import parse_values, split_payload
from cases.selectors.customers.best_match import Address, Wanted

READ_ONLY_KEYS = ("id", "url")
"""Keys that Khoros may send back and the portal ignores (contract: Customer)."""

CRITERION = text(TEXTAREA_LENGTH)
"""What a customer is searched by, where it is not empty."""

_MAX_ENTRIES = 100


def read_customer_properties(
    payload: Mapping[str, Any], definitions: Mapping[str, Definition]
) -> dict[str, str]:
    """Return the values to set by property name, `""` to clear one.

    Raises InvalidPayload (400) or ValidationFailed (422) with every invalid field; a key that is
    no registered property is one (contract: registered properties only).
    """
    problems = Problems()
    split = split_payload(payload, core=(), ignored=READ_ONLY_KEYS, definitions=definitions)
    for name in split.unregistered:
        problems.broken_rule(name, "is not a registered field of customers")
    values = parse_values(
        split.registered,
        definitions,
        wrong_type=problems.wrong_shape,
        broken_rule=problems.broken_rule,
    )
    problems.raise_if_any()
    return values


def read_criteria(
    payload: Mapping[str, Any], definitions: Mapping[str, Definition]
) -> dict[str, str]:
    """Return what to search for by property name (contract: `POST /customers`).

    A criterion left empty (`null` or `""`) is none. Raises InvalidPayload (400) or
    ValidationFailed (422), also where no criterion is left.
    """
    problems = Problems("Nothing was looked up")
    searchable = {name: entry for name, entry in definitions.items() if entry.searchable}
    criteria = {}
    for name, value in payload.items():
        if name not in searchable:
            problems.broken_rule(name, "is not a field that customers can be searched by")
        elif value is not None and value != "":
            wanted = parse_criterion(value, searchable[name])
            criteria[name] = CRITERION.read(wanted, name, problems) or ""
    if not criteria and not problems.broken_rules:
        offered = ", ".join(searchable) or "no field is searchable yet"
        raise ValidationFailed(f"Give at least one criterion to search by: {offered}.")
    problems.raise_if_any()
    return criteria


def _build_address(values: dict[str, Any]) -> Address:
    return Address(
        street_one=values.get("streetOne", ""),
        street_two=values.get("streetTwo", ""),
        city=values.get("city", ""),
        state=values.get("state", ""),
        zip=values.get("zip", ""),
    )


def _build_wanted(values: dict[str, Any]) -> Wanted:
    return Wanted(
        display_name=values.get("displayName", ""),
        screen_name=values.get("screenName", ""),
        description=values.get("description", ""),
        profile_url=values.get("profileUrl", ""),
        email=values.get("email", ""),
        phone_numbers=tuple(values.get("phoneNumbers", ())),
        addresses=tuple(values.get("addresses", ())),
        order_numbers=tuple(values.get("orderNumbers", ())),
        case_numbers=tuple(values.get("caseNumbers", ())),
        account_numbers=tuple(values.get("accountNumbers", ())),
    )


def _optional(key: str, reader: Reader[Any], description: str = "A text.") -> Member:
    return Member(key, reader, description, required=False)


_TEXT = text(255, blank=True)
_TEXTS = OneOrMany(_TEXT, _MAX_ENTRIES)
_SOME = "A text or a list of at most 100."
_ADDRESS = ObjectOf(
    tuple(_optional(key, _TEXT) for key in ("streetOne", "streetTwo", "city", "state", "zip")),
    build=_build_address,
)
BEST_MATCH = (
    _optional("displayName", _TEXT),
    _optional("screenName", _TEXT),
    _optional("description", text(65_535, blank=True)),
    _optional("profileUrl", text(2_048, blank=True)),
    _optional("email", _TEXT),
    _optional("phoneNumbers", _TEXTS, _SOME),
    _optional(
        "addresses",
        ListOf(_ADDRESS, _MAX_ENTRIES),
        "A list of at most 100 objects with `streetOne`, `streetTwo`, `city`, `state` and `zip`.",
    ),
    _optional("orderNumbers", _TEXTS, _SOME),
    _optional("caseNumbers", _TEXTS, f"Numbers of cases in other systems. {_SOME}"),
    _optional("accountNumbers", _TEXTS, _SOME),
)
"""What may be known about a person (contract: Best match)."""


def read_wanted(payload: Mapping[str, Any]) -> Wanted:
    """Return who is looked for; what can't be used is passed over (contract: never refuses a value)."""
    ignored = Problems()
    values = read_members(BEST_MATCH, payload, ignored)
    return _build_wanted({key: value for key, value in values.items() if value is not None})
