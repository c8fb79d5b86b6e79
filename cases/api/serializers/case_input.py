"""A case as Khoros sends it (contract: Objects, Case request)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cases.api.serializers.readers import Array, Choice, Flag, Link, Moment, Problems, Record, Text
from cases.choices import CaseStatus
from cases.properties.names import CASE_KEYS, READ_ONLY_KEYS
from cases.properties.types import Definition
from cases.properties.values import check_unregistered, parse_values, split_payload
from cases.services.incoming import CasePatch, NewAuthor, NewCase, NewInteraction

MAX_INTERACTIONS = 1_000
_SHORT, _NAME, _LONG, _URL = 255, 64, 65_535, 2_048


def _build_author(values: dict[str, Any]) -> NewAuthor:
    return NewAuthor(
        service=values["service"],
        service_id=values["serviceId"],
        handle=values["handle"],
        name=values["name"],
        brand_owned=values["brandOwned"],
    )


def _build_interaction(values: dict[str, Any]) -> NewInteraction:
    return NewInteraction(
        service=values["service"],
        service_id=values["serviceId"],
        content_type=values["contentType"],
        body=values["body"],
        link_url=values["linkUrl"],
        created=values["created"],
        author=values.get("author"),
    )


AUTHOR = Record(
    {
        "service": Text(_NAME),
        "serviceId": Text(_SHORT),
        # Not every service has handles, and not every account a name.
        "handle": Text(_SHORT, blank=True),
        "name": Text(_SHORT, blank=True),
        "brandOwned": Flag(),
    },
    build=_build_author,
)
INTERACTION = Record(
    {
        "created": Moment(),
        "body": Text(_LONG, blank=True),
        "linkUrl": Link(_URL),
        "serviceId": Text(_SHORT),
        "service": Text(_NAME),
        "contentType": Text(_NAME),
        "author": AUTHOR,
    },
    build=_build_interaction,
    optional=("author",),
)
CASE = Record(
    {
        "customerId": Text(_SHORT),
        "title": Text(_SHORT),
        "description": Text(_LONG, blank=True),
        "status": Choice(tuple(CaseStatus.values)),
        "interactions": Array(INTERACTION, MAX_INTERACTIONS),
    },
    build=dict,
    optional=("description", "status", "interactions"),
)

CASE_PATCH = replace(CASE, optional=tuple(CASE.fields))


def read_new_case(payload: Mapping[str, Any], definitions: Mapping[str, Definition]) -> NewCase:
    """Return the case that a `POST /case` asks for.

    Raises InvalidPayload (400) or ValidationFailed (422) with every invalid field.
    """
    return NewCase(**_read(payload, definitions, CASE))


def read_case_patch(payload: Mapping[str, Any], definitions: Mapping[str, Definition]) -> CasePatch:
    """Return the change that a `PATCH /case/{id}` asks for; the same rules, no key required."""
    return CasePatch(**_read(payload, definitions, CASE_PATCH))


def _read(
    payload: Mapping[str, Any],
    definitions: Mapping[str, Definition],
    shape: Record[dict[str, Any]],
) -> dict[str, Any]:
    problems = Problems()
    split = split_payload(payload, core=CASE_KEYS, ignored=READ_ONLY_KEYS, definitions=definitions)
    spelling = _customer_key(split.core, problems)
    core = _respelled(shape, spelling).read_values(split.core, "", problems)
    properties = parse_values(
        split.registered,
        definitions,
        wrong_type=problems.wrong_shape,
        broken_rule=problems.broken_rule,
    )
    check_unregistered(split.unregistered, broken_rule=problems.broken_rule)
    problems.raise_if_any()
    if spelling in core:
        core["customer_id"] = core.pop(spelling)
    return core | {"properties": properties, "unregistered": split.unregistered}


def _customer_key(core: Mapping[str, Any], problems: Problems) -> str:
    """Return how this case spells `customerId`: faults are named by the key that was sent."""
    if "customId" not in core:
        return "customerId"
    if "customerId" not in core:
        return "customId"
    if not isinstance(core["customId"], str):
        problems.wrong_shape("customId", "must be a string")
    elif core["customerId"] != core["customId"]:
        problems.broken_rule("customId", "must be the same as customerId where both are sent")
    return "customerId"


def _respelled(shape: Record[dict[str, Any]], spelling: str) -> Record[dict[str, Any]]:
    if spelling == "customerId":
        return shape
    fields = {key if key != "customerId" else spelling: read for key, read in shape.fields.items()}
    return replace(shape, fields=fields)
