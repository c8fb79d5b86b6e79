"""Tags on cases, and the list of known tags."""

import re
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import EventKind
from cases.errors import FieldError, ValidationFailed
from cases.models import Case, Tag
from cases.models.case import TAG_LENGTH
from cases.properties.values import Changes
from cases.services.activity import ActionResult, Refusal, make_result, record_events
from cases.services.case_locking import lock_cases
from cases.services.case_search import index_cases
from cases.services.incoming import Actor
from cases.services.locks import take_locks
from cases.text import is_blank, is_storable

MOST_TAGS = 20
"""How many tags a case can have."""

_NEW_TAGS = "new tags"
_SPACE = re.compile(r"\s+")


def tag_cases(
    *,
    case_ids: Collection[int],
    actor: Actor,
    add: Collection[str] = (),
    remove: Collection[str] = (),
) -> ActionResult:
    """Add and remove tags; refuses a case that would have too many.

    A tag that differs from a known one only in case is that tag. Raises ValidationFailed for a tag
    that is blank, is too long or contains a comma.
    """
    with transaction.atomic():
        cases = lock_cases(case_ids=case_ids)
        names, removed = _known_tags(add), {name.casefold() for name in map(_tidy, remove)}
        now = timezone.now()
        after = {case.pk: _retagged(case.tags, names, removed) for case in cases}
        changing = [case for case in cases if after[case.pk] != case.tags]
        refusals = [
            Refusal(
                case.pk,
                case.number,
                _("A case can have at most %(most)d tags.") % {"most": MOST_TAGS},
            )
            for case in changing
            if len(after[case.pk]) > max(MOST_TAGS, len(case.tags))
        ]
        refused = {refusal.case_id for refusal in refusals}
        changed = [case for case in changing if case.pk not in refused]
        changes: list[tuple[Case, Changes]] = []
        for case in changed:
            changes.append((case, {"tags": [case.tags, after[case.pk]]}))
            case.tags, case.last_updated = after[case.pk], now
        Case.objects.bulk_update(changed, ["tags", "last_updated"], batch_size=200)
        index_cases(case_ids=[case.pk for case in changed])
        record_events(kind=EventKind.TAGGED, actor=actor, at=now, changes=changes)
    return make_result(case_ids=case_ids, changed=changed, refusals=refusals)


def tidy_tag(name: str) -> str:
    """Return a tag as it is stored. Raises ValidationFailed for one that can't be."""
    tidy = _tidy(name)
    problem = ""
    if is_blank(tidy):
        problem = _("A tag needs at least one letter or digit.")
    elif len(tidy) > TAG_LENGTH:
        problem = _("A tag can have at most %(most)d characters.") % {"most": TAG_LENGTH}
    elif "," in tidy or not is_storable(tidy) or not tidy.isprintable():
        problem = _("A tag can't contain commas or control characters.")
    if problem:
        raise ValidationFailed(problem, [FieldError("tags", problem)])
    return tidy


def _tidy(name: str) -> str:
    return _SPACE.sub(" ", name).strip()


def _known_tags(names: Collection[str]) -> list[str]:
    """Return the names as they are known, adding new ones to the known tags."""
    tidy = {name.casefold(): name for name in map(tidy_tag, names)}
    if not tidy:
        return []
    known = _catalogue()
    if not known.keys() >= tidy.keys():
        # One at a time: someone may be adding the same tag in another case.
        take_locks([_NEW_TAGS])
        known = _catalogue()
        lacking = [Tag(name=name) for key, name in tidy.items() if key not in known]
        Tag.objects.bulk_create(lacking, ignore_conflicts=True)
    return [known.get(key, name) for key, name in tidy.items()]


def _catalogue() -> dict[str, str]:
    # Compared here, because databases differ in how they fold case.
    return {tag.name.casefold(): tag.name for tag in Tag.objects.all()}


def _retagged(tags: Sequence[str], add: Sequence[str], remove: Collection[str]) -> list[str]:
    remaining = {tag.casefold(): tag for tag in tags if tag.casefold() not in remove}
    added = {tag.casefold(): tag for tag in add}
    return sorted((added | remaining).values(), key=str.casefold)
