"""Stories: what Khoros does with one case, told as the calls it makes.

The same seed, moment and fields tell the same stories, in the same order.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from cases.choices import CaseStatus
from cases.management.khoros.calls import Story, open_case
from cases.management.khoros.cast import AGENTS, Customer, choose_customer, signature
from cases.management.khoros.conversations import Scene, write_conversation
from cases.management.khoros.networks import fill
from cases.management.khoros.phrases import LANGUAGE_BY_NAME
from cases.management.khoros.properties import Field, fill_in

_ENGLISH_TITLE = 0.5
_DESCRIBED = 0.6
_ALREADY_CLOSED = 0.05
_EXTRA_KEYS = 0.3
_TITLE_LENGTH = 255


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
class Narrator:
    """Tells stories for ever; `now` is when they end, `fields` what agents can fill in."""

    seed: int
    now: datetime
    fields: Sequence[Field] = ()

    def stories(self) -> Iterator[Story]:
        """Return one story after the other, without end."""
        return (self.tell(index) for index in itertools.count())

    def tell(self, index: int) -> Story:
        """Tell the story with that number, counted from 0: an agent opens a case."""
        rng = Random(f"{self.seed}/story/{index}")
        customer = choose_customer(seed=self.seed, index=index, rng=rng)
        agent = rng.choice(AGENTS)
        yield open_case(self._case(customer, agent, rng), agent=agent)

    def _case(self, customer: Customer, agent: str, rng: Random) -> dict[str, Any]:
        topic = rng.choice(list(_TOPICS))
        facts = _facts(customer, topic, agent, rng)
        posts = write_conversation(Scene(customer, topic, facts, self.now), rng)
        case: dict[str, Any] = {
            "customerId": customer.customer_id,
            "title": _title(customer, topic, facts, rng),
            "interactions": posts,
        }
        if rng.random() < _DESCRIBED:
            case["description"] = facts["note"]
        if rng.random() < _ALREADY_CLOSED:
            case["status"] = CaseStatus.CLOSED.value
        if rng.random() < _EXTRA_KEYS:
            # Khoros may send keys that the portal has not registered.
            case["detectedLanguage"] = customer.language.name
            case["detectedSentiment"] = _TOPICS[topic].sentiment
        return case | fill_in(self.fields, facts, rng)


def _facts(customer: Customer, topic: str, agent: str, rng: Random) -> dict[str, str]:
    facts = {
        "name": customer.given_name,
        "agent": signature(agent),
        "flight": fill("HN ###", rng),
        "ref": "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6)),
        "city": rng.choice(customer.language.cities),
        "language": customer.language.name,
        "member": fill("HC-#######", rng),
        "email": f"{customer.handle}@mail.example",
        "phone": fill("+44 7700 900###", rng),
        "subject": _TOPICS[topic].subject,
    }
    return facts | {"note": _TOPICS[topic].note.format_map(facts)}


def _title(customer: Customer, topic: str, facts: dict[str, str], rng: Random) -> str:
    """Return a title in English, which agents share, or in the customer's language."""
    english = rng.random() < _ENGLISH_TITLE
    language = LANGUAGE_BY_NAME["English"] if english else customer.language
    title = rng.choice(language.topics[topic].titles).format_map(facts)
    return title[:_TITLE_LENGTH]
