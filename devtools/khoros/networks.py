"""The services that posts come from: what ids, links and kinds of content look like on each."""

import string
from dataclasses import dataclass
from random import Random

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the company's own."""

    service_id: str
    handle: str


@dataclass(frozen=True, slots=True)
class Network:
    """One service. In an id, `#` stands for a digit and `*` for a letter or digit.

    `link` may have `{thread}`, `{id}` and `{handle}`, `profile`, a person's page, `{handle}`;
    `weight` is how often the service is used; `private` is the kind of content of a private
    message, `""` where there are none.
    """

    service: str
    weight: int
    opening: str
    reply: str
    private: str
    person_id: str
    post_id: str
    thread_id: str
    link: str
    profile: str
    accounts: tuple[Account, ...]


COMPANY = "Halden Air"
NETWORKS = (
    Network(
        service="twitter",
        weight=30,
        opening="post",
        reply="reply",
        private="direct_message",
        person_id="1#################",
        post_id="19#################",
        thread_id="",
        link="https://twitter.com/{handle}/status/{id}",
        profile="https://twitter.com/{handle}",
        accounts=(
            Account("2274310871", "HaldenAir"),
            Account("884102377193013250", "HaldenAirHelp"),
        ),
    ),
    Network(
        service="facebook",
        weight=25,
        opening="post",
        reply="comment",
        private="private_message",
        person_id="1000###########",
        post_id="##########_###############",
        thread_id="###############",
        link="https://www.facebook.com/HaldenAir/posts/{thread}?comment_id={id}",
        profile="https://www.facebook.com/{handle}",
        accounts=(Account("104477218902331", "HaldenAir"),),
    ),
    Network(
        service="instagram",
        weight=20,
        opening="comment",
        reply="comment",
        private="direct_message",
        person_id="##########",
        post_id="1784#############",
        thread_id="D**********",
        link="https://www.instagram.com/p/{thread}/c/{id}/",
        profile="https://www.instagram.com/{handle}/",
        accounts=(Account("5528810346", "halden.air"),),
    ),
    Network(
        service="linkedin",
        weight=8,
        opening="post",
        reply="comment",
        private="",
        person_id="urn:li:person:**********",
        post_id="73#################",
        thread_id="73#################",
        link=(
            "https://www.linkedin.com/feed/update/urn:li:activity:{thread}/"
            "?commentUrn=urn%3Ali%3Acomment%3A{id}"
        ),
        profile="https://www.linkedin.com/in/{handle}",
        accounts=(Account("urn:li:organization:2901774", "halden-air"),),
    ),
    Network(
        service="youtube",
        weight=8,
        opening="comment",
        reply="comment",
        private="",
        person_id="UC**********************",
        post_id="Ug************************",
        thread_id="***********",
        link="https://www.youtube.com/watch?v={thread}&lc={id}",
        profile="https://www.youtube.com/@{handle}",
        accounts=(Account("UCh41dEnA1rQw8ZkTn0pLs7g", "@HaldenAir"),),
    ),
    Network(
        service="tiktok",
        weight=6,
        opening="comment",
        reply="comment",
        private="",
        person_id="6##################",
        post_id="75#################",
        thread_id="75#################",
        link="https://www.tiktok.com/@haldenair/video/{thread}?comment={id}",
        profile="https://www.tiktok.com/@{handle}",
        accounts=(Account("6911827364550918273", "haldenair"),),
    ),
    Network(
        service="whatsapp",
        weight=3,
        opening="direct_message",
        reply="direct_message",
        private="direct_message",
        person_id="4479########",
        post_id="wamid.HBgM********************",
        thread_id="",
        link="",
        profile="",
        accounts=(Account("442079460817", "Halden Air"),),
    ),
)


def fill(pattern: str, rng: Random) -> str:
    """Return `pattern` with each `#` and `*` replaced by a random digit or letter."""
    characters = {"#": string.digits, "*": _LETTERS}
    return "".join(rng.choice(characters.get(character, character)) for character in pattern)


def choose_network(rng: Random) -> Network:
    """Return one of the services, the popular ones more often."""
    return rng.choices(NETWORKS, [network.weight for network in NETWORKS])[0]
