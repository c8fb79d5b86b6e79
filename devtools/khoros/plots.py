"""Plots: who has what trouble, and what becomes of it; all of it made up before the first call.

The same seed, moment and fields make the same plots, in the same order.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from cases.choices import CaseStatus
from devtools.khoros.cast import (
    AGENTS,
    Customer,
    booking_reference,
    choose_customer,
    signature,
)
from devtools.khoros.conversations import Scene, write_conversation
from devtools.khoros.networks import fill
from devtools.khoros.phrases import LANGUAGE_BY_NAME
from devtools.khoros.properties import Field, choose_value, fill_in

_ENGLISH_TITLE = 0.5
_DESCRIBED = 0.6
_SETTLED = 0.45
_ALREADY_CLOSED = 0.1
_EDITED = 0.4
_EXTRA_KEYS = 0.3
_MOST_BATCHES = 3
_TITLE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Form:
    """The custom fields that agents can fill in."""

    case: Sequence[Field] = ()
    customer: Sequence[Field] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens with one case.

    `case` is how it is opened, without its customer; `batches` are the posts that follow, as the
    agent adds them; `edits` are other changes; `closes` tells whether the agent closes it at the
    end. `facts` is what the agent knows, for fields that turn out to be required.
    """

    customer: Customer
    agent: str
    case: dict[str, Any]
    batches: tuple[list[dict[str, Any]], ...]
    edits: dict[str, Any]
    closes: bool
    facts: dict[str, str]
    form: Form
    rng: Random

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Every post of the conversation, in time order."""
        return [*self.case["interactions"], *itertools.chain.from_iterable(self.batches)]


@dataclass(frozen=True, slots=True)
class _About:
    """What an agent notes about a topic."""

    subject: str
    note: str
    sentiment: str


_TOPICS = {
    "luggage": _About("Lost luggage", "Bag of {name} missing after {flight}.", "negative"),
    "delay": _About("Delay", "{name} is stuck in {city}; wants another flight.", "negative"),
    "refund": _About("Refund", "Refund for {ref} is overdue.", "negative"),
    "app": _About("Check-in", "Check-in fails for {flight}. Steps requested.", "neutral"),
    "praise": _About("Praise", "Kind words for the crew of {flight}.", "positive"),
}


@dataclass(frozen=True, slots=True)
class Plotter:
    """Makes up plots; `now` is when the conversations end."""

    seed: int
    now: datetime
    form: Form = Form()

    def plots(self) -> Iterator[Plot]:
        """Return one plot after the other, without end."""
        return (self.plot(index) for index in itertools.count())

    def plot(self, index: int) -> Plot:
        """Return the plot with that number, counted from 0."""
        rng = Random(f"{self.seed}/story/{index}")
        customer = choose_customer(seed=self.seed, index=index, rng=rng)
        agent, topic = rng.choice(AGENTS), rng.choice(list(_TOPICS))
        facts = _facts(customer, topic, agent, rng)
        settled = rng.random() < _SETTLED
        posts = write_conversation(Scene(customer, topic, facts, self.now, settled), rng)
        closed_at_once = settled and rng.random() < _ALREADY_CLOSED
        first, *batches = [posts] if closed_at_once else _split(posts, rng)
        case = self._case(customer, topic, facts, rng) | {"interactions": first}
        if closed_at_once:
            case["status"] = CaseStatus.CLOSED.value
        return Plot(
            customer=customer,
            agent=agent,
            case=case,
            batches=tuple(batches),
            edits=self._edits(facts, rng) if rng.random() < _EDITED else {},
            closes=settled and not closed_at_once,
            facts=facts,
            form=self.form,
            rng=rng,
        )

    def _case(
        self, customer: Customer, topic: str, facts: dict[str, str], rng: Random
    ) -> dict[str, Any]:
        case: dict[str, Any] = {"title": _title(customer, topic, facts, rng)}
        if rng.random() < _DESCRIBED:
            case["description"] = facts["note"]
        if rng.random() < _EXTRA_KEYS:
            # Khoros may send keys that the portal has not registered.
            case["detectedLanguage"] = customer.language.name
            case["detectedSentiment"] = _TOPICS[topic].sentiment
        return case | fill_in(self.form.case, facts, rng)

    def _edits(self, facts: dict[str, str], rng: Random) -> dict[str, Any]:
        """Return what the agent learns later: a note, and another value in a field or two."""
        fields = rng.sample(self.form.case, min(len(self.form.case), rng.randint(1, 2)))
        values = {field.name: choose_value(field, facts, rng) for field in fields}
        return {"description": f"{facts['note']} Booking {facts['ref']}."} | values


def _split(posts: list[dict[str, Any]], rng: Random) -> list[list[dict[str, Any]]]:
    """Return the posts in one part or more: those of the opening, then those that follow."""
    cuts = min(len(posts), rng.randint(1, _MOST_BATCHES)) - 1
    ends = sorted(rng.sample(range(1, len(posts)), cuts)) if cuts else []
    return [posts[start:end] for start, end in itertools.pairwise([0, *ends, len(posts)])]


def _facts(customer: Customer, topic: str, agent: str, rng: Random) -> dict[str, str]:
    facts = customer.facts() | {
        "agent": signature(agent),
        "flight": fill("HN ###", rng),
        "ref": booking_reference(rng),
        "city": rng.choice(customer.language.cities),
        "subject": _TOPICS[topic].subject,
    }
    return facts | {"note": _TOPICS[topic].note.format_map(facts)}


def _title(customer: Customer, topic: str, facts: dict[str, str], rng: Random) -> str:
    """Return a title in English, which agents share, or in the customer's language."""
    english = rng.random() < _ENGLISH_TITLE
    language = LANGUAGE_BY_NAME["English"] if english else customer.language
    title = rng.choice(language.topics[topic].titles).format_map(facts)
    return title[:_TITLE_LENGTH]
