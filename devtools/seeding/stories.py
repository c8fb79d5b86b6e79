"""What happens to a case: its posts, and what staff and Khoros do with it, as rows."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cases.choices import CaseStatus, EventKind
from devtools.seeding.dice import Dice
from devtools.seeding.plan import Plan, Staff, posts_of
from devtools.seeding.scenes import Scene
from devtools.seeding.texts import NOTES, RARE_TAGS, RESOLUTIONS, TOPICS

_HOUR = 3_600
EARLY_POSTS = 3
"""Posts that a case is opened with, at most."""

_TAGGED_PERCENT, _NOTED_PERCENT, _RARE_TAG_PERCENT = 40, 12, 15
_RESOLVED_PERCENT, _BY_KHOROS_PERCENT = 60, 8
_UNREGISTERED_EVERY, _UNREGISTERED_AT = 25, 23
_REVIEWED_PERCENT = 50
# Of a thousand: what stays open for ever, and what more stays open at the end of the two years.
_NEVER_CLOSED, _LATELY_OPEN, _LATELY = 20, 620, 9


class Event(NamedTuple):
    """An entry of a history; `user` is None where Khoros acts."""

    at: float
    kind: EventKind
    user: Staff | None
    actor: str
    changes: dict[str, list[Any]]


@dataclass(slots=True)
class Story:
    """What became of a case; all that happens after `created` is an event."""

    created: float
    assignee: Staff | None = None
    tags: list[str] = field(default_factory=list)
    unregistered: dict[str, str] = field(default_factory=dict)
    reviewed_at: float | None = None
    closed_at: float | None = None
    closed_by: str = ""
    resolution: str = ""
    note: tuple[float, Staff, str] | None = None
    late_posts_at: float | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Open or closed."""
        return (CaseStatus.OPEN if self.closed_at is None else CaseStatus.CLOSED).value

    @property
    def last_updated(self) -> float:
        """When something happened last."""
        return self.events[-1].at if self.events else self.created


def tell(plan: Plan, scene: Scene, created: float) -> Story:
    """Return what becomes of a case that is opened at `created`, up to the plan's end."""
    story, dice = Story(created), scene.dice
    closed_at = _closing_time(plan, scene.index, created, dice)
    last = min(closed_at or plan.ends, plan.ends)
    room = min(last - created, 30 * _HOUR)

    def moment(low: float, high: float) -> float:
        return created + room * dice.between(low, high)

    _add_unregistered(plan, scene, story)
    _assign(plan, story, moment(0.01, 0.15), dice, always=closed_at is not None)
    if story.assignee:
        _work(plan, scene, story, story.assignee, (moment(0.16, 0.4), moment(0.4, 0.6)))
    if posts_of(scene.index) > EARLY_POSTS:
        at = story.late_posts_at = moment(0.61, 0.85)
        changes: dict[str, list[Any]] = {"posts": [EARLY_POSTS, posts_of(scene.index)]}
        story.events.append(Event(at, EventKind.POSTS_ADDED, None, scene.agent, changes))
    odd = scene.origin != scene.index or bool(story.unregistered)
    if odd and story.assignee and dice.chance(_REVIEWED_PERCENT):
        story.reviewed_at = moment(0.86, 0.98)
        user = story.assignee
        event = Event(story.reviewed_at, EventKind.REVIEWED, user, user.name, {})
        story.events.append(event)
    if closed_at is not None:
        _close(scene, story, closed_at)
    return story


def _closing_time(plan: Plan, index: int, created: float, dice: Dice) -> float | None:
    """Return when the case is closed, or None where it still is open."""
    lately = (index / plan.cases) ** _LATELY
    stays_open = dice.below(1_000) < _NEVER_CLOSED + _LATELY_OPEN * lately
    # From half an hour to eleven days, half of them within a night.
    closed_at = created + _HOUR * 2 ** dice.between(-1, 8)
    return None if stays_open or closed_at > plan.ends else closed_at


def _assign(plan: Plan, story: Story, at: float, dice: Dice, *, always: bool) -> None:
    """Let someone take the case, or be given it by a colleague."""
    if not always and dice.chance(35):
        return
    story.assignee = user = dice.one_of(plan.staff)
    actor = dice.one_of(plan.staff) if dice.chance(20) else user
    changes: dict[str, list[Any]] = {"assignee": ["", user.name]}
    story.events.append(Event(at, EventKind.ASSIGNED, actor, actor.name, changes))


def _work(
    plan: Plan, scene: Scene, story: Story, user: Staff, moments: tuple[float, float]
) -> None:
    """Let the assignee tag the case and write a note, or either, or neither."""
    dice, (tagged_at, noted_at) = scene.dice, moments
    if dice.chance(_TAGGED_PERCENT):
        story.tags = _choose_tags(plan, scene.topic, dice)
        changes: dict[str, list[Any]] = {"tags": [[], story.tags]}
        story.events.append(Event(tagged_at, EventKind.TAGGED, user, user.name, changes))
    if dice.chance(_NOTED_PERCENT):
        body = dice.one_of(NOTES).format_map(scene.facts)
        story.note = (noted_at, user, body)
        changes = {"note": ["", body]}
        story.events.append(Event(noted_at, EventKind.NOTE_ADDED, user, user.name, changes))


def _choose_tags(plan: Plan, topic: str, dice: Dice) -> list[str]:
    known = {tag.casefold(): tag for tag in plan.tags}
    chosen = {*TOPICS[topic].tags[: 1 + dice.below(2)]}
    if dice.chance(_RARE_TAG_PERCENT):
        chosen.add(dice.one_of(RARE_TAGS))
    return sorted((known[tag.casefold()] for tag in chosen), key=str.casefold)


def _add_unregistered(plan: Plan, scene: Scene, story: Story) -> None:
    """Let Khoros send keys that the portal has not registered with a few of the cases."""
    if scene.index % _UNREGISTERED_EVERY != _UNREGISTERED_AT:
        return
    keys = {
        "detectedLanguage": scene.who.language.name,
        "detectedSentiment": TOPICS[scene.topic].sentiment,
    }
    story.unregistered = {
        key: value for key, value in keys.items() if key.casefold() not in plan.known_names
    }


def _close(scene: Scene, story: Story, at: float) -> None:
    """Let the assignee close the case, or Khoros."""
    dice, user = scene.dice, story.assignee
    if dice.chance(_BY_KHOROS_PERCENT):
        user = None
    elif dice.chance(_RESOLVED_PERCENT):
        story.resolution = dice.one_of(RESOLUTIONS).format_map(scene.facts)
    story.closed_at, story.closed_by = at, user.name if user else scene.agent
    changes = {"status": [CaseStatus.OPEN.value, CaseStatus.CLOSED.value]}
    if story.resolution:
        changes["resolution"] = ["", story.resolution]
    story.events.append(Event(at, EventKind.CLOSED, user, story.closed_by, changes))
