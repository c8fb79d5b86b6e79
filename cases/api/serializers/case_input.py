"""A case as Khoros sends it (contract: Objects, Case request)."""

from collections.abc import Mapping
from typing import Any

from cases.api.serializers.problems import Problems
from cases.api.serializers.readers import FLAG, MOMENT, choice, text, web_link
from cases.api.serializers.structures import ListOf, Member, ObjectOf, read_members
from cases.choices import CaseStatus
from cases.properties.names import CASE_KEYS, READ_ONLY_KEYS
from cases.properties.types import Definition
from cases.properties.values import check_unregistered, parse_values, split_payload
from cases.services.incoming import CasePatch, NewAuthor, NewCase, NewInteraction
from cases.text import is_blank

MAX_INTERACTIONS = 1_000
_NAME, _LONG, _URL = 64, 65_535, 2_048

ID = text(255)
"""An id or a name that another system gave."""

CUSTOMER_SPELLINGS = ("customerId", "customId")
"""The two keys that may hold the customer's id (contract: Case request)."""


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


_SERVICE = Member("service", text(_NAME), "`facebook`, `twitter`, …: any name.")
AUTHOR = ObjectOf(
    (
        _SERVICE,
        Member("serviceId", ID, "The author's id on that service."),
        # Not every service has handles, and not every account a name.
        Member("handle", text(255, blank=True)),
        Member("name", text(255, blank=True)),
        Member("brandOwned", FLAG, "Whether the account is the company's own."),
    ),
    build=_build_author,
    component="AuthorRequest",
    description="Who wrote a post. One author for each service and serviceId.",
)
INTERACTION = ObjectOf(
    (
        Member("created", MOMENT),
        Member("body", text(_LONG, blank=True)),
        Member("linkUrl", web_link(_URL)),
        Member("serviceId", ID, "The post's id on its service."),
        _SERVICE,
        Member("contentType", text(_NAME), "`post`, `comment`, …: any name."),
        Member("author", AUTHOR, required=False),
    ),
    build=_build_interaction,
    component="InteractionRequest",
    description="A post. One that the case already has is not added again.",
)
CASE = (
    Member("customerId", ID, "The customer's id. An unknown id creates the customer."),
    Member("customId", ID, "Another spelling of `customerId`. Send one of the two."),
    Member("title", text(255), "What the case is about, in one line."),
    Member("description", text(_LONG, blank=True), required=False),
    Member("status", choice(CaseStatus.values), required=False),
    Member(
        "interactions",
        ListOf(INTERACTION, MAX_INTERACTIONS),
        "The posts that the case is about.",
        required=False,
    ),
)
"""The keys of a case apart from custom fields; one spelling of the customer's id is read."""


def read_new_case(payload: Mapping[str, Any], definitions: Mapping[str, Definition]) -> NewCase:
    """Return the case that a `POST /case` asks for.

    Raises InvalidPayload (400) or ValidationFailed (422) with every invalid field.
    """
    return NewCase(**_read(payload, definitions, partial=False))


def read_case_patch(payload: Mapping[str, Any], definitions: Mapping[str, Definition]) -> CasePatch:
    """Return the change that a `PATCH /case/{id}` asks for; the same rules, no key required."""
    return CasePatch(**_read(payload, definitions, partial=True))


def _read(
    payload: Mapping[str, Any], definitions: Mapping[str, Definition], *, partial: bool
) -> dict[str, Any]:
    problems = Problems()
    split = split_payload(payload, core=CASE_KEYS, ignored=READ_ONLY_KEYS, definitions=definitions)
    spelling = _customer_key(split.core, problems)
    members = [
        member for member in CASE if member.key == spelling or member.key not in CUSTOMER_SPELLINGS
    ]
    core = read_members(members, split.core, problems, partial=partial)
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
    """Return how this case spells `customerId`: faults are named by the key that was sent.

    Of two, one that is null or blank is absent (contract: What is repaired).
    """
    given = [key for key in CUSTOMER_SPELLINGS if not _is_nothing(core.get(key))]
    if len(given) == len(CUSTOMER_SPELLINGS) and core["customerId"] != core["customId"]:
        problems.broken_rule("customId", "must be the same as customerId where both are sent")
    sent = given or [key for key in CUSTOMER_SPELLINGS if key in core]
    return sent[0] if sent else "customerId"


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and is_blank(value))
