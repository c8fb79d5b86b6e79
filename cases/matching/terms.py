"""Terms that identify a person, read from a customer's properties.

A definition doesn't say what its values mean. The kind of a term is derived from the property's
name (`mobilePhone`, `e_mail`, `postCode`), or else from the form of the value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from cases.matching.normalise import (
    email_key,
    handle_key,
    name_key,
    number_key,
    phone_key,
    read_profile,
    service_key,
    street_key,
)


class TermKind(StrEnum):
    """What a term says about a person."""

    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    ACCOUNT_ON = "account_on"
    HANDLE = "handle"
    NAME = "name"
    ACCOUNT_NUMBER = "account"
    ORDER_NUMBER = "order"
    CASE_NUMBER = "case"
    NUMBER = "number"
    STREET = "street"
    PLACE = "place"


class Term(NamedTuple):
    """A normalised value, its kind and its property (two names for a joined name)."""

    kind: TermKind
    value: str
    property: str


_GIVEN = frozenset({"firstname", "givenname", "forename", "vorname"})
_FAMILY = frozenset({"lastname", "familyname", "surname", "nachname"})
_SERVICE_NAMES = frozenset(
    {"twitter", "x", "facebook", "instagram", "youtube", "tiktok", "linkedin", "threads"}
    | {"pinterest", "reddit", "bluesky", "telegram", "vk"}
)
_NUMBERED = frozenset({"no", "number", "num", "nr", "id", "code", "nummer"})
# The first match counts: an emailAddress is an email, an accountName a name.
_HINTS: tuple[tuple[TermKind, frozenset[str]], ...] = (
    (TermKind.EMAIL, frozenset({"email", "mail"})),
    (
        TermKind.PHONE,
        frozenset({"phone", "mobile", "cell", "tel", "telephone", "fax", "whatsapp", "sms"}),
    ),
    (TermKind.URL, frozenset({"url", "link", "website", "homepage", "profile"})),
    (
        TermKind.HANDLE,
        frozenset({"handle", "screenname", "username", "nickname", "nick"}) | _SERVICE_NAMES,
    ),
    (TermKind.NAME, frozenset({"name", "fullname", "displayname"}) | _GIVEN | _FAMILY),
    (TermKind.ORDER_NUMBER, frozenset({"order", "orders", "purchase"})),
    (TermKind.CASE_NUMBER, frozenset({"case", "cases", "ticket"})),
    (TermKind.ACCOUNT_NUMBER, frozenset({"account", "accounts"})),
    (TermKind.PLACE, frozenset({"city", "town", "zip", "postcode", "postal", "plz", "zipcode"})),
    (TermKind.STREET, frozenset({"street", "address", "strasse"})),
    (TermKind.NUMBER, _NUMBERED),
)
_NAME_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SEVERAL = re.compile(r"[,;|\n]")
_DIGIT = re.compile(r"\d")
_SURELY = 6
_LONGEST_VALUE = 4_096
_MOST_VALUES = 50


def read_terms(properties: Mapping[str, str]) -> list[Term]:
    """Return the terms of stored property values, each once, in the order of the properties."""
    terms = [
        Term(kind, key, name)
        for name, value in properties.items()
        if len(value) <= _LONGEST_VALUE
        for kind, key in _read_value(value, name)
        if key
    ]
    return list(dict.fromkeys([*terms, *_joined_names(properties)]))


def hint_of(name: str) -> TermKind | None:
    """Return the kind of value that a property's name suggests, or None if it doesn't say."""
    words = _words(name)
    return next((kind for kind, known in _HINTS if not words.isdisjoint(known)), None)


def joined_name_properties(names: Mapping[str, object]) -> Iterator[str]:
    """Yield the pairs of properties that hold a given and a family name, as terms name them."""
    for given in names:
        for family in names:
            if _words(given) & _GIVEN and _words(family) & _FAMILY:
                yield f"{given} {family}"


def _joined_names(properties: Mapping[str, str]) -> Iterator[Term]:
    for pair in joined_name_properties(properties):
        key = name_key(" ".join(properties[name][:_LONGEST_VALUE] for name in pair.split(" ")))
        if key:
            yield Term(TermKind.NAME, key, pair)


def _read_value(value: str, name: str) -> list[tuple[TermKind, str]]:
    """Return the kinds and keys of one value: by its property's name, otherwise by its form."""
    hint = hint_of(name)
    if hint == TermKind.PLACE:
        # Too vague to identify anyone, and a post code is not an account number.
        return []
    terms = _READERS[hint](value, name) if hint else []
    return terms if any(key for _, key in terms) else _read_by_form(value, name)


def _read_by_form(value: str, name: str) -> list[tuple[TermKind, str]]:
    """Return the kind and key of a value by its form alone."""
    value = value.strip()
    if email_key(value):
        return [(TermKind.EMAIL, email_key(value))]
    if profile := _read_url(value, name):
        return profile
    if value.startswith("@"):
        return [(TermKind.HANDLE, handle_key(value))]
    if not _DIGIT.search(value):
        # One word alone may be anything: a tier, a colour, a language.
        return [(TermKind.NAME, name_key(value))] if " " in value else []
    phone = phone_key(value) if value.startswith(("+", "0")) else ""
    number = number_key(value)
    # Fewer digits are as likely a year, an age or a size as a number that identifies a person.
    return [(TermKind.PHONE, phone), (TermKind.NUMBER, number if len(number) >= _SURELY else "")]


def _read_url(value: str, name: str) -> list[tuple[TermKind, str]]:
    profile = read_profile(value)
    if profile is None:
        return []
    terms = [(TermKind.URL, profile.url)]
    if profile.account:
        terms.append((TermKind.HANDLE, profile.account))
    return terms


def _read_handle(value: str, name: str) -> list[tuple[TermKind, str]]:
    if profile := _read_url(value, name):
        return profile
    handle = handle_key(value)
    services = sorted(_words(name) & _SERVICE_NAMES) if handle else []
    on_service = [(TermKind.ACCOUNT_ON, f"{service_key(name)}:{handle}") for name in services]
    return [*on_service, (TermKind.HANDLE, handle)]


def _read_as(
    kind: TermKind, key: Callable[[str], str]
) -> Callable[[str, str], list[tuple[TermKind, str]]]:
    return lambda value, name: [(kind, key(value))]


def _read_each(
    kind: TermKind, key: Callable[[str], str]
) -> Callable[[str, str], list[tuple[TermKind, str]]]:
    """Return a reader of several values in one text, such as `A-1001, A-1002`."""
    return lambda value, name: [(kind, key(v)) for v in _SEVERAL.split(value, _MOST_VALUES)]


def _first_line_key(value: str) -> str:
    """Return the street of an address that is written as one text."""
    return street_key(_SEVERAL.split(value.strip(), 1)[0])


_READERS: dict[TermKind, Callable[[str, str], list[tuple[TermKind, str]]]] = {
    TermKind.EMAIL: _read_each(TermKind.EMAIL, email_key),
    TermKind.PHONE: _read_each(TermKind.PHONE, phone_key),
    TermKind.URL: _read_url,
    TermKind.HANDLE: _read_handle,
    TermKind.NAME: _read_as(TermKind.NAME, name_key),
    TermKind.ORDER_NUMBER: _read_each(TermKind.ORDER_NUMBER, number_key),
    TermKind.CASE_NUMBER: _read_each(TermKind.CASE_NUMBER, number_key),
    TermKind.ACCOUNT_NUMBER: _read_each(TermKind.ACCOUNT_NUMBER, number_key),
    TermKind.STREET: _read_as(TermKind.STREET, _first_line_key),
    TermKind.NUMBER: _read_each(TermKind.NUMBER, number_key),
}


@lru_cache(maxsize=1_024)
def _words(name: str) -> frozenset[str]:
    """Return the words of an identifier, and each two neighbours as one, such as `screenname`."""
    words = [word.lower() for word in _NAME_PART.findall(name)]
    return frozenset(words) | {one + other for one, other in pairwise(words)}
