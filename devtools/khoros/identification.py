"""How an agent finds out whom a post is from: by number, by search, by best match, or as new."""

import secrets
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from cases.choices import PropertyType
from devtools.khoros import calls
from devtools.khoros.calls import Answer, Call
from devtools.khoros.expectations import (
    Check,
    are_cases,
    are_matches,
    is_customer,
    is_found_by,
    is_refusal,
)
from devtools.khoros.plots import Plot
from devtools.khoros.properties import fact_for

_LOOKED_AT = 3
_TOLD = 0.4
_TELLING = ("email", "member", "phone")


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the portal, and the ids of the cases that the agent saw there."""

    customer_id: str
    cases: frozenset[str] = frozenset()


Identifying: TypeAlias = Generator[Call, Answer, Known]
_Candidates: TypeAlias = Sequence[Mapping[str, Any]]


def identify(plot: Plot) -> Identifying:
    """Find the customer of a plot as an agent would, or make one."""
    if plot.customer.number:
        return (yield from _ask_for_number(plot))
    found = yield from _search(plot)
    known = yield from _recognise(plot, found)
    if known is None:
        seen = {candidate["id"] for candidate in found}
        matches = yield from _match(plot)
        known = yield from _recognise(plot, [one for one in matches if one["id"] not in seen])
    if known is None:
        known = yield from _create(plot)
    return known


def _ask_for_number(plot: Plot) -> Identifying:
    """Look the company's own number up; the case itself will make a customer that is unknown."""
    number = plot.customer.number
    answer = yield calls.read_customer(
        number,
        check=_or_unknown(is_customer(customer_id=number)),
        agent=plot.agent,
        expected=(200, 404),
    )
    if answer.status == 404:
        return Known(number)
    listed = yield calls.list_cases(number, check=are_cases, agent=plot.agent)
    return Known(number, frozenset(case["id"] for case in listed.body))


def _search(plot: Plot) -> Generator[Call, Answer, _Candidates]:
    """Search by what tells people apart best; nothing where no field is searchable."""
    values = plot.customer.fill_in(plot.form.customer)
    offered = [
        field
        for field in plot.form.customer
        if field.searchable and field.type != PropertyType.CHECKBOX and values.get(field.name)
    ]
    if not offered:
        return ()
    chosen = max(offered, key=lambda field: fact_for(field) in _TELLING)
    text = str(values[chosen.name])
    if text.isascii() and plot.rng.random() < _TOLD:
        text = text.upper()
    answer = yield calls.search_customers(
        {chosen.name: text}, check=is_found_by(chosen.name, text), agent=plot.agent
    )
    return answer.body or ()


def _match(plot: Plot) -> Generator[Call, Answer, _Candidates]:
    """Ask who it may be, by what the post and its author show."""
    customer, facts = plot.customer, plot.customer.facts()
    author = customer.author(customer.network)
    address = {"streetOne": facts["street"], "city": facts["city"], "zip": facts["zip"]}
    wanted: dict[str, Any] = {
        "displayName": author["name"],
        "screenName": f"@{author['handle']}",
        "profileUrl": customer.network.profile.format(handle=author["handle"]),
    }
    told = {
        "description": f"Living in {facts['city']}",
        "email": facts["email"],
        "phoneNumbers": [facts["phone"]],
        "addresses": [address],
        "orderNumbers": [facts["ref"]],
        # The vendor's pages have it as a text and as a list.
        "accountNumbers": plot.rng.choice([facts["member"], [facts["member"]]]),
    }
    wanted |= {key: value for key, value in told.items() if plot.rng.random() < _TOLD}
    answer = yield calls.match_customers(wanted, check=are_matches, agent=plot.agent)
    matches: _Candidates = answer.body
    return matches


def _recognise(plot: Plot, candidates: _Candidates) -> Generator[Call, Answer, Known | None]:
    """Return the first of the best candidates that is the person: many share a name."""
    email, accounts = plot.customer.facts()["email"], plot.customer.accounts()
    for candidate in candidates[:_LOOKED_AT]:
        answer = yield calls.list_cases(candidate["id"], check=are_cases, agent=plot.agent)
        if email in candidate.values() or accounts & _authors(answer.body):
            return Known(candidate["id"], frozenset(case["id"] for case in answer.body))
    return None


def _authors(cases: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    posts = (post for case in cases for post in case["interactions"])
    authors = (post["author"] for post in posts if "author" in post)
    return {(author["service"], author["serviceId"]) for author in authors}


def _create(plot: Plot) -> Identifying:
    values = plot.customer.fill_in(plot.form.customer)
    call = calls.create_customer(values, check=is_customer(values=values), agent=plot.agent)
    if plot.customer.facts()["email"] not in values.values():
        # Two people may fill a form in alike. Without a key the second would be the first's repeat.
        call = replace(call, key=secrets.token_hex(16))
    answer = yield call
    return Known(answer.body["id"])


def _or_unknown(check: Check) -> Check:
    unknown = is_refusal("not_found", "")
    return lambda body: "" if not unknown(body) else check(body)
