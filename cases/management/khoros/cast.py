"""Who talks: the customers, who come back, the company's own accounts, and its Khoros agents."""

from dataclasses import dataclass
from random import Random
from typing import Any

from cases.management.khoros.networks import COMPANY, Network, choose_network, fill
from cases.management.khoros.phrases import EMOJI, LANGUAGE_BY_NAME, LANGUAGES, Language

AGENTS = tuple(
    f"{name}@halden-air.example"
    for name in ("maya.lindqvist", "tom.abara", "ines.costa", "yusuf.demir", "hannah.weiss")
)
_RETURNS = 0.4
_ENGLISH = 0.2
_EMOJI_IN_NAME = 0.12


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes to the company; the same number and seed make the same person."""

    key: str
    customer_id: str
    language: Language
    given_name: str
    name: str
    handle: str
    network: Network

    def author(self, network: Network) -> dict[str, Any]:
        """Return the person as the author of a post on `network` (contract: Author)."""
        rng = Random(f"{self.key}/{network.service}")
        twitter = network.service == "twitter"
        return {
            "service": network.service,
            "serviceId": fill(network.person_id, rng),
            # A Twitter handle has no full stop.
            "handle": self.handle.replace(".", "_") if twitter else self.handle,
            "name": self.name,
            "brandOwned": False,
        }


def choose_customer(*, seed: int, index: int, rng: Random) -> Customer:
    """Return who the case with number `index` is about: somebody new, or somebody from before."""
    number = rng.randrange(index // 2 + 1) if rng.random() < _RETURNS else index
    return make_customer(f"{seed}/customer/{number}")


def make_customer(key: str) -> Customer:
    """Return the person that `key` stands for."""
    rng = Random(key)
    english = LANGUAGE_BY_NAME["English"]
    language = english if rng.random() < _ENGLISH else rng.choice(LANGUAGES)
    given, given_latin = rng.choice(language.given)
    family, family_latin = rng.choice(language.family)
    emoji = f" {rng.choice(EMOJI)}" if rng.random() < _EMOJI_IN_NAME else ""
    return Customer(
        key=key,
        customer_id=fill("C-########", rng),
        language=language,
        given_name=given,
        name=language.name_order.format(given=given, family=family) + emoji,
        handle=f"{given_latin}{rng.choice(['.', '_', ''])}{family_latin}{fill('##', rng)}",
        network=choose_network(rng),
    )


def brand_author(network: Network, rng: Random) -> dict[str, Any]:
    """Return one of the company's own accounts as an author; all cases share them."""
    account = rng.choice(network.accounts)
    return {
        "service": network.service,
        "serviceId": account.service_id,
        "handle": account.handle,
        "name": COMPANY,
        "brandOwned": True,
    }


def signature(agent: str) -> str:
    """Return the initials by which an agent signs a post."""
    given, family = agent.partition("@")[0].split(".")
    return f"{given[0]}{family[0]}".upper()
