"""Conversations: what is written in which order, by whom, when and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from devtools.khoros.cast import Customer, brand_author, make_customer
from devtools.khoros.networks import Network, choose_network, fill
from devtools.khoros.phrases import EMOJI

_LONGEST = 12
_LONG = 0.04
_BYSTANDER = 0.15
_SECOND_NETWORK = 0.12
_PRIVATE_DETAILS = 0.5
_EMOJI_AT_END = 0.2
_OLDEST = timedelta(days=6)
_NEWEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Turn:
    """One post to be: who writes it (customer, brand or bystander), what, and how."""

    speaker: str
    text: str
    private: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where posts stand: on a service, in one thread of it."""

    network: Network
    thread: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and about what people talk; `facts` fill the gaps in the phrases."""

    customer: Customer
    topic: str
    facts: Mapping[str, str]
    now: datetime
    settled: bool = False


def write_conversation(scene: Scene, rng: Random) -> list[dict[str, Any]]:
    """Return the posts of one conversation in time order (contract: Interaction).

    It is told to its end where it is `settled`, else often only to somewhere in the middle.
    """
    turns = list(_turns(scene, rng))
    if not scene.settled:
        turns = _cut_short(turns, rng)
    moments = _moments(scene.now, len(turns), rng)
    return [
        _post(scene, turn, place, rng) | {"created": _moment_text(moment, place.network)}
        for turn, place, moment in zip(turns, _places(scene, len(turns), rng), moments, strict=True)
    ]


def _turns(scene: Scene, rng: Random) -> Iterator[Turn]:
    language = scene.customer.language
    topic = language.topics[scene.topic]
    yield Turn("customer", rng.choice(topic.openings), opens=True)
    if rng.random() < _BYSTANDER:
        yield Turn("bystander", rng.choice(language.bystanders))
    if scene.topic == "praise":
        yield Turn("brand", rng.choice(language.brand["praise"]))
        yield Turn("customer", rng.choice(topic.details))
        return
    yield Turn("brand", rng.choice(language.brand["ask"]))
    private = rng.random() < _PRIVATE_DETAILS
    yield Turn("customer", rng.choice(topic.details), private)
    for _ in range(rng.randrange(4, _LONGEST) if rng.random() < _LONG else rng.randrange(3)):
        yield Turn("brand", rng.choice(language.brand["update"]), private)
        yield Turn("customer", rng.choice(language.nudges), private)
    yield Turn("brand", rng.choice(language.brand["close"]), private)
    yield Turn("customer", rng.choice(language.thanks))


def _cut_short(turns: list[Turn], rng: Random) -> list[Turn]:
    """Return the turns so far: any number of them, mostly a few."""
    if len(turns) > _LONGEST:
        return turns
    return turns[: min(rng.randint(1, len(turns)), rng.randint(1, _LONGEST))]


def _moments(now: datetime, number: int, rng: Random) -> list[datetime]:
    """Return growing moments of the last days, each before `now`."""
    span = timedelta(seconds=rng.uniform(3600, _OLDEST.total_seconds()))
    gaps = [timedelta(minutes=rng.uniform(2, 150)) for _ in range(number)]
    # However long people talk, they are done by now.
    pace = min(1.0, (span - _NEWEST) / sum(gaps, timedelta()))
    moments, at = [], now - span
    for gap in gaps:
        moments.append(at.astimezone(UTC).replace(microsecond=0))
        at += gap * pace
    return moments


def _places(scene: Scene, number: int, rng: Random) -> list[Place]:
    """Return where each post stands: some customers try a second service after the first."""
    network = scene.customer.network
    first = second = Place(network, fill(network.thread_id, rng))
    if rng.random() < _SECOND_NETWORK:
        other = choose_network(rng)
        second = Place(other, fill(other.thread_id, rng))
    half = (number + 1) // 2
    return [first] * half + [second] * (number - half)


def _post(scene: Scene, turn: Turn, place: Place, rng: Random) -> dict[str, Any]:
    network = place.network
    author = _author(scene, turn, network, rng)
    service_id = fill(network.post_id, rng)
    private = turn.private and bool(network.private)
    link = network.link.format(thread=place.thread, id=service_id, handle=author["handle"])
    kind = network.private if private else network.opening if turn.opens else network.reply
    return {
        "body": _text(scene, turn, rng),
        # No one but the two who write can open a private message: it has no link.
        "linkUrl": None if private else link,
        "serviceId": service_id,
        "service": network.service,
        "contentType": kind,
        "author": author,
    }


def _author(scene: Scene, turn: Turn, network: Network, rng: Random) -> dict[str, Any]:
    if turn.speaker == "brand":
        return brand_author(network, rng)
    if turn.speaker == "bystander":
        return make_customer(f"{scene.customer.key}/bystander/{rng.randrange(3)}").author(network)
    return scene.customer.author(network)


def _text(scene: Scene, turn: Turn, rng: Random) -> str:
    text = turn.text.format_map(scene.facts)
    if turn.speaker != "brand" and rng.random() < _EMOJI_AT_END:
        text += f" {rng.choice(EMOJI)}"
    return text


def _moment_text(moment: datetime, network: Network) -> str:
    """Services spell dates differently; the contract takes all of these."""
    if network.service == "facebook":
        return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")
    if network.service == "linkedin":
        return moment.isoformat(timespec="milliseconds")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
