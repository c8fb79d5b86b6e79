"""Scenes: who has what trouble, decided by the number of a case alone."""

from dataclasses import dataclass

from devtools.khoros.cast import AGENTS, signature
from devtools.khoros.phrases import EMOJI, LANGUAGE_BY_NAME, Language
from devtools.seeding.dice import Dice, spell
from devtools.seeding.people import Person, booking_reference, person
from devtools.seeding.plan import Plan, is_first_case, people_before
from devtools.seeding.texts import TOPICS

_TOPIC_NAMES = tuple(TOPICS)
_ENGLISH_TITLE_PERCENT, _EMOJI_PERCENT = 50, 20
_TITLE_LENGTH = 255
# One case of a hundred is opened twice; none of these is the first of someone new.
_DOUBLE_EVERY, _DOUBLE_AT, _DOUBLE_WITHIN = 100, 58, 20


@dataclass(frozen=True, slots=True)
class Scene:
    """What a case is about; `origin` is the case with the same first post, or the case itself.

    `opening` is what that post says, and `begins` when it was written.
    """

    index: int
    origin: int
    who: Person
    topic: str
    title: str
    opening: str
    begins: float
    agent: str
    facts: dict[str, str]
    dice: Dice

    @property
    def language(self) -> Language:
        """The language in which people talk."""
        return self.who.language

    def say(self, text: str) -> str:
        """Return a text with its gaps filled."""
        return text.format_map(self.facts) if "{" in text else text


def make_scene(plan: Plan, index: int) -> Scene:
    """Return what the case with that number is about."""
    dice = Dice(f"{plan.seed}/scene/{plan.firsts.case + index}")
    origin = index
    if index % _DOUBLE_EVERY == _DOUBLE_AT:
        origin = index - 1 - dice.below(_DOUBLE_WITHIN)
    who = person(plan, _person_number(plan, origin))
    about = Dice(f"{plan.seed}/about/{plan.firsts.case + origin}")
    topic, agent = about.one_of(_TOPIC_NAMES), dice.one_of(AGENTS)
    facts = {
        "name": who.given_name,
        "flight": spell("HN ###", about.below(1_000)),
        "ref": booking_reference(about),
        "city": about.one_of(who.language.cities),
        "agent": signature(agent),
        "subject": TOPICS[topic].subject.capitalize(),
        "language": who.language.name,
    }
    facts["note"] = TOPICS[topic].note.format_map(facts)
    english = dice.chance(_ENGLISH_TITLE_PERCENT)
    language = LANGUAGE_BY_NAME["English"] if english else who.language
    title = dice.one_of(language.topics[topic].titles).format_map(facts)[:_TITLE_LENGTH]
    opening = about.one_of(who.language.topics[topic].openings).format_map(facts)
    if about.chance(_EMOJI_PERCENT):
        opening += f" {about.one_of(EMOJI)}"
    begins = plan.created(origin) - about.between(2, 180) * 60
    return Scene(index, origin, who, topic, title, opening, begins, agent, facts, dice)


def _person_number(plan: Plan, index: int) -> int:
    """Return who a case is of: someone new, or anyone from before."""
    if is_first_case(index):
        return people_before(index)
    dice = Dice(f"{plan.seed}/who/{plan.firsts.case + index}")
    return dice.below(people_before(index))
