"""What people write, by language: the words stand in `phrases/*.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Name = tuple[str, str]
"""A name as its owner writes it, and in Latin letters for handles."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about; each text may have `{name}`, `{flight}`, `{city}`, `{ref}`."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The texts and names of one language; `brand` holds the company's replies by occasion."""

    name: str
    name_order: str
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    cities: tuple[str, ...]
    topics: Mapping[str, Topic]
    brand: Mapping[str, tuple[str, ...]]
    nudges: tuple[str, ...]
    thanks: tuple[str, ...]
    bystanders: tuple[str, ...]


def _load(path: Path) -> Language:
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    topics = {
        key: Topic(*(tuple(topic[part]) for part in ("titles", "openings", "details")))
        for key, topic in raw["topics"].items()
    }
    return Language(
        name=raw["language"],
        name_order=raw["name_order"],
        given=tuple((own, latin) for own, latin in raw["given"]),
        family=tuple((own, latin) for own, latin in raw["family"]),
        cities=tuple(raw["cities"]),
        topics=topics,
        brand={occasion: tuple(texts) for occasion, texts in raw["brand"].items()},
        nudges=tuple(raw["nudges"]),
        thanks=tuple(raw["thanks"]),
        bystanders=tuple(raw["bystanders"]),
    )


# Sorted, so that one seed tells the same stories on every machine.
LANGUAGES = tuple(
    _load(path) for path in sorted((Path(__file__).parent / "phrases").glob("*.json"))
)
LANGUAGE_BY_NAME = {language.name: language for language in LANGUAGES}
EMOJI = ("✈️", "😡", "🙏🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇵🇹", "🤷🏾‍♀️", "☕️", "🎉", "💔", "🫠", "1️⃣")
