"""Customers as Khoros writes, searches and describes them (contract: Customer)."""

from collections.abc import Mapping
from typing import Any

from cases.api.serializers.readers import Array, Nullable, Problems, Record, Text, TextOrTexts
from cases.errors import ValidationFailed
from cases.properties.types import TEXTAREA_LENGTH, Definition, parse_criterion
from cases.properties.values import parse_values, split_payload
from cases.selectors.customers.best_match import Address, Wanted

_READ_ONLY = ("id", "url")
_LISTED = 100
_SHORT, _LONG, _URL = 255, 65_535, 2_048


def read_customer_properties(
    payload: Mapping[str, Any], definitions: Mapping[str, Definition]
) -> dict[str, str]:
    """Return the values to set by property name, `""` to clear one.

    Raises InvalidPayload (400) or ValidationFailed (422) with every invalid field; a key that is
    no registered property is one (contract: registered properties only).
    """
    problems = Problems()
    split = split_payload(payload, core=(), ignored=_READ_ONLY, definitions=definitions)
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
            text = parse_criterion(value, searchable[name])
            wanted = Text(TEXTAREA_LENGTH).read(text, name, problems)
            criteria[name] = wanted or ""
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


_TEXT = Nullable(Text(_SHORT, blank=True), "")
_TEXTS = Nullable(Array(Text(_SHORT, blank=True), _LISTED), [])
_ADDRESS_KEYS = ("streetOne", "streetTwo", "city", "state", "zip")
_ADDRESS = Record(dict.fromkeys(_ADDRESS_KEYS, _TEXT), build=_build_address, optional=_ADDRESS_KEYS)
_WANTED_FIELDS = {
    "displayName": _TEXT,
    "screenName": _TEXT,
    "description": Nullable(Text(_LONG, blank=True), ""),
    "profileUrl": Nullable(Text(_URL, blank=True), ""),
    "email": _TEXT,
    "phoneNumbers": _TEXTS,
    "addresses": Nullable(Array(_ADDRESS, _LISTED), []),
    "orderNumbers": _TEXTS,
    "caseNumbers": _TEXTS,
    "accountNumbers": Nullable(TextOrTexts(_SHORT, _LISTED), []),
}
_WANTED = Record(_WANTED_FIELDS, build=_build_wanted, optional=tuple(_WANTED_FIELDS))


def read_wanted(payload: Mapping[str, Any]) -> Wanted:
    """Return who is looked for (contract: Best match); keys that it doesn't know are passed over.

    Raises InvalidPayload (400) or ValidationFailed (422) with every invalid field.
    """
    problems = Problems("Nothing was looked up")
    values = _WANTED.read_values(payload, "", problems)
    problems.raise_if_any()
    return _build_wanted(values)
