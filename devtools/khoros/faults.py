"""Faulty calls: what else than the contract a client may send, and how that must be refused."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson

from cases.choices import Operation, PropertyType
from devtools.khoros.calls import Call, Purpose
from devtools.khoros.expectations import is_refusal
from devtools.khoros.plots import Form
from devtools.khoros.properties import Field

Spoil = Callable[[dict[str, Any]], Any]
"""Takes a good payload, which it may change, and returns a JSON value or the bytes to send."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a call, and the refusal it must get; `field` is the invalid one."""

    about: str
    status: int
    error: str
    field: str
    spoil: Spoil


def spoil_call(call: Call, form: Form, rng: Random) -> Call:
    """Return the call with one thing wrong, which the portal must refuse.

    It keeps its Idempotency-Key: a call that was refused must not use the key up.
    """
    if not call.content:
        return _ask_for_nothing(call)
    payload = orjson.loads(call.content)
    fault = rng.choice(list(_faults(call.operation, payload, form)))
    spoiled = fault.spoil(payload)
    return replace(
        call,
        content=spoiled if isinstance(spoiled, bytes) else orjson.dumps(spoiled),
        expected=(fault.status,),
        check=is_refusal(fault.error, fault.field),
        purpose=Purpose.FAULT,
        about=fault.about,
    )


def _ask_for_nothing(call: Call) -> Call:
    """Return a read of something that there isn't."""
    return replace(
        call,
        path={
            Operation.READ_CASE: "case/no-such-case",
            Operation.READ_CUSTOMER: "customer/no-such-customer",
            Operation.LIST_CUSTOMER_CASES: "customer/no-such-customer/cases",
            Operation.READ_DEFINITIONS: "meta/object/ticket",
        }[call.operation],
        expected=(404,),
        check=is_refusal("not_found", ""),
        purpose=Purpose.FAULT,
        about="unknown id",
    )


def _faults(operation: Operation, payload: dict[str, Any], form: Form) -> Iterator[Fault]:
    yield from _MALFORMED
    if operation == Operation.OPEN_CASE:
        yield from _OPENING
    if operation in {Operation.OPEN_CASE, Operation.UPDATE_CASE}:
        yield from _CASE
        yield from _field_faults(form.case)
        if payload.get("interactions"):
            yield from _POSTS
    if operation in {Operation.CREATE_CUSTOMER, Operation.UPDATE_CUSTOMER}:
        yield _UNKNOWN_KEY
        yield from _field_faults(form.customer)
    if operation == Operation.SEARCH_CUSTOMERS:
        yield _UNKNOWN_KEY
        yield _invalid("no criterion", "", lambda payload: {})


def _field_faults(fields: Iterable[Field]) -> Iterator[Fault]:
    for field in fields:
        if field.type == PropertyType.SINGLE_SELECT_LIST:
            yield _invalid("unlisted value", field.name, _put(field.name, "no-such-entry"))
        if field.type == PropertyType.CHECKBOX:
            yield _invalid("neither true nor false", field.name, _put(field.name, "maybe"))
        yield _wrong_type("a list for a text", field.name, _put(field.name, [5]))


def _malformed(about: str, spoil: Spoil) -> Fault:
    return Fault(about, 400, "malformed_json", "", spoil)


def _wrong_type(about: str, field: str, spoil: Spoil) -> Fault:
    return Fault(about, 400, "invalid_payload", field, spoil)


def _invalid(about: str, field: str, spoil: Spoil) -> Fault:
    return Fault(about, 422, "validation_failed", field, spoil)


def _put(key: str, value: Any) -> Spoil:
    return lambda payload: payload | {key: value}


def _without(*keys: str) -> Spoil:
    return lambda payload: {key: value for key, value in payload.items() if key not in keys}


def _in_post(change: Spoil) -> Spoil:
    """Spoil the first post."""
    return lambda payload: (
        payload
        | {"interactions": [change(payload["interactions"][0]), *payload["interactions"][1:]]}
    )


def _in_author(key: str, value: Any) -> Spoil:
    return _in_post(lambda post: post | {"author": post["author"] | {key: value}})


def _cut_short(payload: dict[str, Any]) -> bytes:
    whole = orjson.dumps(payload)
    return whole[: (len(whole) + 1) // 2]


_MALFORMED = (
    _malformed("cut short", _cut_short),
    _malformed("a list", lambda payload: [payload]),
    _malformed("empty", lambda payload: b"  "),
    _malformed("a key twice", lambda payload: b'{"title": "a", "title": "b"}'),
    _malformed("not a number", lambda payload: b'{"title": NaN}'),
    _malformed("not UTF-8", lambda payload: b'{"title": "\xe9"}'),
    _malformed("nested too deep", lambda payload: b'{"title": ' + b"[" * 64 + b"]" * 64 + b"}"),
)
_OPENING = (
    _wrong_type("no title", "title", _without("title")),
    _wrong_type("no customer", "customerId", _without("customerId", "customId")),
)
_CASE = (
    _invalid("blank title", "title", _put("title", " ")),
    _invalid("title too long", "title", _put("title", "x" * 256)),
    _wrong_type("title no text", "title", _put("title", ["x"])),
    _wrong_type("description no text", "description", _put("description", {})),
    _invalid("unknown status", "status", _put("status", "waiting")),
    _wrong_type("posts no list", "interactions", _put("interactions", {"0": "x"})),
    _wrong_type("post no object", "interactions[0]", _put("interactions", ["x"])),
    _invalid("huge unknown key", "transcript", _put("transcript", "x" * 16_385)),
)
_POSTS = (
    _wrong_type("post without id", "interactions[0].serviceId", _in_post(_without("serviceId"))),
    _invalid("no date", "interactions[0].created", _in_post(_put("created", "yesterday"))),
    _invalid(
        "link no web address",
        "interactions[0].linkUrl",
        _in_post(_put("linkUrl", "javascript:alert(1)")),
    ),
    _invalid("NUL in a text", "interactions[0].body", _in_post(_put("body", "a\0b"))),
    _wrong_type(
        "flag no boolean", "interactions[0].author.brandOwned", _in_author("brandOwned", [])
    ),
    _wrong_type("handle null", "interactions[0].author.handle", _in_author("handle", None)),
)
_UNKNOWN_KEY = _invalid("unknown field", "noSuchField", _put("noSuchField", "x"))
