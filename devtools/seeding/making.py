"""Makes the rows of some cases, with their people, posts, history and words."""

import json
from dataclasses import dataclass
from functools import lru_cache

from cases.search.words import case_words, key_words, text_words
from cases.services.incoming import KhorosContext
from cases.text import make_excerpt
from devtools.seeding.people import add_people, fill_in
from devtools.seeding.plan import Plan, people_before, stamp
from devtools.seeding.posts import Post, write_posts
from devtools.seeding.scenes import Scene, make_scene
from devtools.seeding.stories import Story, tell
from devtools.seeding.tables import (
    COLUMNS,
    WORDS_COLUMN,
    Rows,
    copy_text,
    new_rows,
    tsvector_text,
)

# Reading the words is most of the work, and many of the texts come again and again.
_key_words = lru_cache(maxsize=20_000)(key_words)
_text_words = lru_cache(maxsize=20_000)(text_words)
_DESCRIBED_PERCENT = 60
_INITIATIVE, _COMPANY = "Care", "Halden Air"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of some cases by table: as text for COPY, or as they are."""

    cases: int
    texts: dict[str, bytes]
    rows: Rows


def make_batch(plan: Plan, numbers: range, as_text: bool) -> Batch:
    """Return the rows of the cases with these numbers, and of the people who are new in them."""
    rows = new_rows()
    add_people(plan, range(people_before(numbers.start), people_before(numbers.stop)), rows)
    for index in numbers:
        _add_case(plan, index, rows)
    if not as_text:
        return Batch(len(numbers), {}, rows)
    for name in ("CustomerSearch", "CaseSearch"):
        at = COLUMNS[name].index(WORDS_COLUMN)
        rows[name] = [
            [*row[:at], tsvector_text(str(row[at]).split(" ")), *row[at + 1 :]]
            for row in rows[name]
        ]
    return Batch(len(numbers), {name: copy_text(some) for name, some in rows.items()}, {})


def _add_case(plan: Plan, index: int, rows: Rows) -> None:
    scene = make_scene(plan, index)
    story = tell(plan, scene, plan.created(index))
    posts = write_posts(plan, scene, story)
    case_id = plan.firsts.case + index
    properties = fill_in(plan.case_blanks, scene.facts, scene.dice, scene.topic)
    description = scene.facts["note"] if scene.dice.chance(_DESCRIBED_PERCENT) else ""
    rows["Case"].append(_case_row(plan, scene, story, posts, (properties, description)))
    rows["Interaction"] += [
        (
            *(post.id, case_id, post.author_id, post.service, post.service_id),
            *(post.content_type, post.body, post.link_url, stamp(post.created)),
        )
        for post in posts
    ]
    _add_history(case_id, story, rows)
    words = set(case_words(case_id=case_id, title=scene.title, customer_id=scene.who.key))
    for post in posts:
        words.update(_key_words(post.handle) if post.by_brand else key_words(post.handle))
        words.update(_key_words(post.name))
    for value in (*properties.values(), *story.tags):
        words.update(_key_words(value))
    for text in _texts(story, description, posts):
        words.update(_text_words(text))
    rows["CaseSearch"].append((case_id, " ".join(sorted(words))))


def _case_row(
    plan: Plan,
    scene: Scene,
    story: Story,
    posts: list[Post],
    texts: tuple[dict[str, str], str],
) -> tuple[str | int | None, ...]:
    """Return the row of a case; `texts` are its properties and its description."""
    properties, description = texts
    written = [post for post in posts if not post.by_brand]
    original = plan.firsts.case + scene.origin if scene.origin != scene.index else None
    return (
        plan.firsts.case + scene.index,
        scene.who.key,
        scene.title,
        description,
        story.status,
        json.dumps(properties),
        json.dumps(story.unregistered) if story.unregistered else None,
        scene.agent,
        _INITIATIVE,
        _COMPANY,
        plan.integration_id,
        original,
        story.assignee.id if story.assignee else None,
        json.dumps(story.tags),
        json.dumps(sorted({post.service for post in posts})),
        make_excerpt(written[-1].body),
        story.resolution,
        None,
        None if story.reviewed_at is None else stamp(story.reviewed_at),
        stamp(story.created),
        stamp(story.last_updated),
        None if story.closed_at is None else stamp(story.closed_at),
        story.closed_by,
    )


def _add_history(case_id: int, story: Story, rows: Rows) -> None:
    for event in story.events:
        user_id = event.user.id if event.user else None
        changes = json.dumps(event.changes)
        context = None if event.user else KhorosContext(event.actor, _INITIATIVE, _COMPANY).stored()
        rows["CaseEvent"].append(
            (
                *(case_id, event.kind.value, stamp(event.at), user_id, event.actor, changes),
                json.dumps(context) if context else None,
            )
        )
    if story.note:
        at, user, body = story.note
        rows["CaseNote"].append((case_id, user.id, user.name, body, stamp(at)))


def _texts(story: Story, description: str, posts: list[Post]) -> list[str]:
    """Return what is written in a case besides its title, newest first."""
    notes = [story.note[2]] if story.note else []
    return [story.resolution, description, *notes, *(post.body for post in reversed(posts))]
