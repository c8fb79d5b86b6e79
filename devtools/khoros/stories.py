"""Stories: what Khoros does with one case, told as the calls it makes."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cases.choices import CaseStatus, ObjectType
from devtools.khoros import calls
from devtools.khoros.calls import Answer, Call, Story
from devtools.khoros.expectations import (
    PostKey,
    has_case_once,
    is_case,
    is_customer,
    is_definitions,
    is_refusal_for,
    post_keys,
)
from devtools.khoros.identification import Known, identify
from devtools.khoros.plots import Plot
from devtools.khoros.properties import choose_value

_ASKS_FOR_FIELDS = 0.1
_SPELLED_OTHERWISE = 0.1
_LOOKS_UP = 0.6
_SENDS_AGAIN = 0.3
_CORRECTS_CUSTOMER = 0.4
_LACKING = 422
_CORE = ("customerId", "title", "description", "status")


@dataclass(slots=True)
class _Opened:
    """A case of the portal, with the posts that it should have now."""

    case_id: str
    posts: list[PostKey] = field(default_factory=list)


def tell(plot: Plot) -> Story:
    """Tell a plot: find the customer, open a case, work on it, close it, look back."""
    yield from _ask_for_fields(plot)
    known = yield from identify(plot)
    opened = yield from _open(plot, known)
    yield from _add_posts(plot, opened)
    yield from _edit(plot, opened)
    yield from _look_back(plot, known, opened)


def _ask_for_fields(plot: Plot) -> Story:
    if plot.rng.random() < _ASKS_FOR_FIELDS:
        object_type = plot.rng.choice(ObjectType.values)
        yield calls.read_definitions(
            object_type, check=is_definitions(object_type), agent=plot.agent
        )


def _open(plot: Plot, known: Known) -> Generator[Call, Answer, _Opened]:
    """Open the case, and mostly read it at once."""
    # The vendor's OpenAPI file and its examples spell this key differently.
    spelling = "customId" if plot.rng.random() < _SPELLED_OTHERWISE else "customerId"
    posts = post_keys(plot.case["interactions"])
    values = _answered(plot, plot.case | {"customerId": known.customer_id})
    answer = yield calls.open_case(
        {spelling: known.customer_id} | plot.case,
        check=is_case(posts, values=values),
        agent=plot.agent,
    )
    opened = _Opened(answer.body["id"], posts)
    if plot.rng.random() < _LOOKS_UP:
        yield calls.read_case(
            opened.case_id, check=is_case(posts, case_id=opened.case_id), agent=plot.agent
        )
    return opened


def _add_posts(plot: Plot, opened: _Opened) -> Story:
    """Add what was written since, sometimes along with a post that the case already has."""
    last = plot.case["interactions"][-1]
    for batch in plot.batches:
        again = [last] if plot.rng.random() < _SENDS_AGAIN else []
        opened.posts += post_keys(batch)
        yield _change(plot, opened, {"interactions": again + batch})
        last = batch[-1]


def _edit(plot: Plot, opened: _Opened) -> Story:
    if plot.edits:
        yield _change(plot, opened, plot.edits)
    if plot.closes:
        yield from _close(plot, opened)


def _close(plot: Plot, opened: _Opened) -> Story:
    """Close the case; where that asks for more values, fill them in and close it then."""
    closing = {"status": CaseStatus.CLOSED.value}
    close = _change(plot, opened, closing)
    names = {one.name for one in plot.form.case}
    check = is_refusal_for(names, otherwise=close.check)
    answer = yield replace(close, expected=(*close.expected, _LACKING), check=check)
    if answer.status == _LACKING:
        lacking = {fault["name"] for fault in answer.body["fields"]}
        fields = [one for one in plot.form.case if one.name in lacking]
        values = {one.name: choose_value(one, plot.facts, plot.rng) for one in fields}
        yield _change(plot, opened, closing | values)


def _look_back(plot: Plot, known: Known, opened: _Opened) -> Story:
    """See the customer's cases, and sometimes correct what is known of the customer."""
    check = has_case_once(opened.case_id, opened.posts, before=known.cases)
    yield calls.list_cases(known.customer_id, check=check, agent=plot.agent)
    if plot.rng.random() < _CORRECTS_CUSTOMER:
        fields = plot.form.customer
        # The portal has no values yet of someone whom only the company's own number names.
        values = plot.customer.fill_in(fields) if plot.customer.number else {}
        values |= plot.customer.correct(fields)
        check = is_customer(customer_id=known.customer_id, values=values)
        yield calls.update_customer(known.customer_id, values, check=check, agent=plot.agent)
        yield calls.read_customer(known.customer_id, check=check, agent=plot.agent)


def _change(plot: Plot, opened: _Opened, changes: Mapping[str, Any]) -> Call:
    check = is_case(tuple(opened.posts), case_id=opened.case_id, values=_answered(plot, changes))
    return calls.update_case(opened.case_id, changes, check=check, agent=plot.agent)


def _answered(plot: Plot, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that the portal answers: unmapped keys it keeps to itself."""
    names = {*_CORE, *(one.name for one in plot.form.case)}
    return {name: value for name, value in sent.items() if name in names}
