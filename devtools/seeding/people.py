"""The people who write to the company, each made from a number alone, and the rows about them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from cases.choices import PropertyType
from cases.matching.normalise import handle_key, name_key
from cases.matching.terms import read_terms
from cases.models.customer_term import HEAD_LENGTH
from cases.search.words import customer_words
from cases.text import fold
from devtools.khoros.networks import NETWORKS, Network
from devtools.khoros.phrases import EMOJI, LANGUAGE_BY_NAME, LANGUAGES, Language
from devtools.seeding.dice import Dice, spell
from devtools.seeding.plan import Blank, Plan, first_case_of, stamp
from devtools.seeding.tables import Rows

_WEIGHTED_NETWORKS = tuple(network for network in NETWORKS for _ in range(network.weight))
_ENGLISH_PERCENT, _EMOJI_PERCENT, _SECOND_PERCENT = 30, 6, 12
_IDENTIFIED_PERCENT = 85


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a person on one network, with the number of its row."""

    id: int
    network: Network
    service_id: str
    handle: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with one account, or two; `key` is the customer's id."""

    number: int
    key: str
    language: Language
    given_name: str
    name: str
    accounts: tuple[Account, ...]
    identified: bool


@lru_cache(maxsize=20_000)
def person(plan: Plan, number: int) -> Person:
    """Return the person of a number; one portal never has the same person twice."""
    # The authors' numbers go on from one seeding to the next, and so do the people.
    author_id = plan.firsts.author + 2 * number
    key = f"{plan.seed}/person/{author_id}"
    dice = Dice(key)
    english = dice.chance(_ENGLISH_PERCENT)
    language = LANGUAGE_BY_NAME["English"] if english else dice.one_of(LANGUAGES)
    given, given_latin = dice.one_of(language.given)
    family, family_latin = dice.one_of(language.family)
    emoji = f" {dice.one_of(EMOJI)}" if dice.chance(_EMOJI_PERCENT) else ""
    handle = f"{given_latin}{dice.one_of(('.', '_', ''))}{family_latin}{author_id}"
    networks = [dice.one_of(_WEIGHTED_NETWORKS)]
    other = dice.one_of(_WEIGHTED_NETWORKS)
    if other is not networks[0] and dice.chance(_SECOND_PERCENT):
        networks.append(other)
    return Person(
        number=number,
        key=blake2b(key.encode(), digest_size=16).hexdigest(),
        language=language,
        given_name=given,
        name=language.name_order.format(given=given, family=family) + emoji,
        accounts=tuple(
            _account(author_id + n, network, handle) for n, network in enumerate(networks)
        ),
        identified=dice.chance(_IDENTIFIED_PERCENT),
    )


def facts_of(who: Person) -> dict[str, str]:
    """Return what a person could tell of themselves."""
    number, dice = who.accounts[0].id, Dice(who.key)
    return {
        "name": who.name,
        "language": who.language.name,
        "member": spell("HC-########", number),
        "email": f"{who.accounts[0].handle}@mail.example",
        "phone": spell("+44 7### ######", number),
        "ref": booking_reference(dice),
        "flight": spell("HN ###", number),
        "city": dice.one_of(who.language.cities),
        "street": spell("## Harbour Road", number),
        "zip": spell("######", number),
        "subject": f"Flies from {who.language.cities[0]}",
        "note": f"Prefers to be written to in {who.language.name}.",
    }


def fill_in(
    blanks: tuple[Blank, ...], facts: Mapping[str, str], dice: Dice, topic: str = ""
) -> dict[str, str]:
    """Return values, as they are stored, for most of the fields."""
    return {
        blank.name: value
        for blank in blanks
        if dice.chance(blank.percent) and (value := _value(blank, facts, dice, topic))
    }


def add_people(plan: Plan, numbers: range, rows: Rows) -> None:
    """Add the rows of these people: customers, what they are found by, and their accounts."""
    for number in numbers:
        who = person(plan, number)
        created = stamp(plan.created(first_case_of(number)))
        properties: dict[str, str] = {}
        if who.identified:
            properties = fill_in(plan.customer_blanks, facts_of(who), Dice(f"{who.key}/form"))
        rows["Customer"].append((who.key, json.dumps(properties), created, created))
        if properties:
            _add_search_rows(who.key, properties, created, rows)
        for account in who.accounts:
            rows["Author"].append(
                (
                    *(account.id, account.network.service, account.service_id, account.handle),
                    *(who.name, 0, handle_key(account.handle), _name_key(who.name)),
                )
            )


def booking_reference(dice: Dice) -> str:
    """Return a booking's reference."""
    return "".join(dice.one_of("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(6))


def _account(author_id: int, network: Network, handle: str) -> Account:
    # A Twitter handle has no full stop.
    shown = handle.replace(".", "_") if network.service == "twitter" else handle
    return Account(author_id, network, spell(network.person_id, author_id), shown)


def _value(blank: Blank, facts: Mapping[str, str], dice: Dice, topic: str) -> str:
    if blank.type == PropertyType.CHECKBOX:
        return dice.one_of(("true", "false"))
    if blank.type == PropertyType.SINGLE_SELECT_LIST:
        offered = blank.fitting.get(topic) or blank.choices
        return dice.one_of(offered) if offered else ""
    if blank.type == PropertyType.TEXTAREA:
        return facts["note"]
    return facts[blank.fact or "subject"]


def _add_search_rows(key: str, properties: dict[str, str], created: str, rows: Rows) -> None:
    """Add what `cases.services.customer_terms` and `case_search` write of a customer."""
    for name, value in properties.items():
        folded = fold(value)
        rows["CustomerValue"].append((key, name, folded, folded[:HEAD_LENGTH], created))
    rows["CustomerTerm"] += _terms(key, properties)
    rows["CustomerSearch"].append((key, " ".join(customer_words(properties))))


def _terms(key: str, properties: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for term in read_terms(properties):
        yield key, term.kind.value, term.value, term.property


@lru_cache(maxsize=5_000)
def _name_key(name: str) -> str:
    return name_key(name)
