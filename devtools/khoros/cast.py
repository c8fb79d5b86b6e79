"""Who talks: the customers, who come back, the company's own accounts, and its Khoros agents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from devtools.khoros.networks import COMPANY, NETWORKS, Network, choose_network, fill
from devtools.khoros.phrases import EMOJI, LANGUAGE_BY_NAME, LANGUAGES, Language
from devtools.khoros.properties import Field, choose_value, fill_in

AGENTS = tuple(
    f"{name}@halden-air.example"
    for name in ("maya.lindqvist", "tom.abara", "ines.costa", "yusuf.demir", "hannah.weiss")
)
_BOOKING_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RETURNS = 0.4
_ENGLISH = 0.2
_EMOJI_IN_NAME = 0.12
_NUMBERED = 0.2


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes to the company; the same key makes the same person.

    `number` is the company's own customer number where its agents know it by heart, else `""`:
    then the portal is asked who the person is.
    """

    key: str
    number: str
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

    def accounts(self) -> set[tuple[str, str]]:
        """Return the person's `service` and `serviceId` on every network."""
        authors = (self.author(network) for network in NETWORKS)
        return {(author["service"], author["serviceId"]) for author in authors}

    def facts(self) -> dict[str, str]:
        """Return what the person could tell of themselves, always the same."""
        rng = Random(f"{self.key}/facts")
        return {
            "name": self.given_name,
            "language": self.language.name,
            "member": fill("HC-#######", rng),
            "email": f"{self.handle}@mail.example",
            "phone": fill("+44 7700 900###", rng),
            "ref": booking_reference(rng),
            "flight": fill("HN ###", rng),
            "city": rng.choice(self.language.cities),
            "street": fill("## Harbour Road", rng),
            "zip": fill("######", rng),
            "subject": f"Flies from {rng.choice(self.language.cities)}",
            "note": f"Prefers to be written to in {self.language.name}.",
        }

    def fill_in(self, fields: Iterable[Field]) -> dict[str, Any]:
        """Return the person's values in a form, always the same."""
        return fill_in(fields, self.facts(), Random(f"{self.key}/form"))

    def correct(self, fields: Sequence[Field]) -> dict[str, Any]:
        """Return the one value that the person corrects later, always the same."""
        rng = Random(f"{self.key}/correction")
        chosen = rng.sample(fields, min(len(fields), 1))
        return {field.name: choose_value(field, self.facts(), rng) for field in chosen}


def choose_customer(*, seed: int, index: int, rng: Random) -> Customer:
    """Return who the case with number `index` is about: someone new, or someone from before."""
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
        number=fill("C-########", rng) if rng.random() < _NUMBERED else "",
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


def booking_reference(rng: Random) -> str:
    """Return a booking's reference."""
    return "".join(rng.choices(_BOOKING_LETTERS, k=6))


def signature(agent: str) -> str:
    """Return the initials by which an agent signs a post."""
    given, family = agent.partition("@")[0].split(".")
    return f"{given[0]}{family[0]}".upper()
