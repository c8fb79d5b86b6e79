"""What a story asks the portal, and what the portal answered."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson

from cases.choices import Operation
from devtools.khoros.expectations import Check, is_anything

NO_ANSWER = 0
"""The status of a call that got no HTTP answer at all."""

WRITES = frozenset(
    {
        Operation.OPEN_CASE,
        Operation.UPDATE_CASE,
        Operation.CREATE_CUSTOMER,
        Operation.UPDATE_CUSTOMER,
    }
)


class Purpose(StrEnum):
    """Why a call is made."""

    STORY = "story"
    FAULT = "fault"
    """Wrong on purpose: the portal must refuse it."""
    REPEAT = "repeat"
    """The same once more: the portal must give its first answer again."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; `path` is relative to the portal's address, `agent` an email address.

    `expected` are the statuses that are fine, `check` tells what is wrong with the body of such
    an answer. `key` is the Idempotency-Key, `""` for none; `about` says what a faulty call gets
    wrong.
    """

    operation: Operation
    path: str
    expected: tuple[int, ...]
    check: Check = is_anything
    content: bytes = b""
    agent: str = ""
    key: str = ""
    purpose: Purpose = Purpose.STORY
    about: str = ""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.value.partition(" ")[0]

    @property
    def writes(self) -> bool:
        """Whether the call changes anything, so that doing it twice could do harm."""
        return self.operation in WRITES


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a call, after how many seconds.

    `body` is the JSON value that was answered, None where it was none. `problem` is what is wrong
    with the answer in general words, `""` where all is well, and `example` this very one's.
    `gave_up` tells that the client waited no longer, on purpose.
    """

    call: Call
    status: int
    seconds: float
    body: Any = None
    problem: str = ""
    example: str = ""
    gave_up: bool = False

    @property
    def is_expected(self) -> bool:
        """Whether the answer is what the call was made for."""
        return not self.problem


Story: TypeAlias = Generator[Call, Answer, None]
"""Yields one call after the other and is sent the answer to each, so that a later call may
depend on an earlier answer. It is told no further after an answer that is not expected."""

Payload: TypeAlias = Mapping[str, Any]


def read_definitions(object_type: str, *, check: Check = is_anything, agent: str = "") -> Call:
    """Return the call that asks for the custom fields."""
    path = f"meta/object/{object_type}"
    return Call(Operation.READ_DEFINITIONS, path, (200,), check, agent=agent)


def search_customers(criteria: Payload, *, check: Check, agent: str) -> Call:
    """Return the call that looks for customers by searchable fields; 204 where there are none."""
    return _send(Operation.SEARCH_CUSTOMERS, "customers", criteria, (200, 204), check, agent)


def match_customers(wanted: Payload, *, check: Check, agent: str) -> Call:
    """Return the call that asks who someone may be."""
    return _send(Operation.MATCH_CUSTOMERS, "customer/bestmatch", wanted, (200,), check, agent)


def create_customer(values: Payload, *, check: Check, agent: str) -> Call:
    """Return the call that makes a customer."""
    return _send(Operation.CREATE_CUSTOMER, "customer", values, (201,), check, agent)


def read_customer(
    customer_id: str, *, check: Check, agent: str, expected: tuple[int, ...] = (200,)
) -> Call:
    """Return the call that reads a customer; with 404 in `expected` where it may be unknown."""
    path = f"customer/{quote(customer_id, safe='')}"
    return Call(Operation.READ_CUSTOMER, path, expected, check, agent=agent)


def update_customer(customer_id: str, values: Payload, *, check: Check, agent: str) -> Call:
    """Return the call that changes a customer, which the contract answers with 201."""
    path = f"customer/{quote(customer_id, safe='')}"
    return _send(Operation.UPDATE_CUSTOMER, path, values, (201,), check, agent)


def list_cases(customer_id: str, *, check: Check, agent: str) -> Call:
    """Return the call that asks for a customer's cases."""
    path = f"customer/{quote(customer_id, safe='')}/cases"
    return Call(Operation.LIST_CUSTOMER_CASES, path, (200,), check, agent=agent)


def open_case(case: Payload, *, check: Check = is_anything, agent: str) -> Call:
    """Return the call that opens a case."""
    return _send(Operation.OPEN_CASE, "case", case, (201,), check, agent)


def read_case(case_id: str, *, check: Check, agent: str) -> Call:
    """Return the call that reads a case."""
    path = f"case/{quote(case_id, safe='')}"
    return Call(Operation.READ_CASE, path, (200,), check, agent=agent)


def update_case(case_id: str, changes: Payload, *, check: Check, agent: str) -> Call:
    """Return the call that changes a case: properties, more posts, its status."""
    path = f"case/{quote(case_id, safe='')}"
    return _send(Operation.UPDATE_CASE, path, changes, (200,), check, agent)


def _send(
    operation: Operation,
    path: str,
    payload: Payload,
    expected: tuple[int, ...],
    check: Check,
    agent: str,
) -> Call:
    return Call(operation, path, expected, check, orjson.dumps(payload), agent)
