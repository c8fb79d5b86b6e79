"""The database behind the agents: `prepare` makes people and a key, `check` finds what was lost."""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402 - needs Django set up

from cases.choices import CaseStatus, EventKind, ObjectType, PropertyType  # noqa: E402
from cases.models import Case, CaseEvent, CaseNote  # noqa: E402
from cases.selectors.properties import announced_definitions  # noqa: E402
from cases.selectors.staff import person_name  # noqa: E402
from cases.services.api_keys import issue_key  # noqa: E402

PASSWORD = "only-for-measuring-0123456789"  # noqa: S105 - of a database that is thrown away
SHARED = 30
# What a history adds, and doesn't change.
_ADDED = {"note", "duplicates"}


def prepare(agents: int) -> dict[str, Any]:
    """Make the agents and a key, and say which cases they share."""
    role = Group.objects.get(name="Agent")
    fields = announced_definitions(ObjectType.CASE)
    field = next(one.name for one in fields if one.type == PropertyType.TEXT)
    people = []
    for number in range(1, agents + 1):
        name = f"agent{number:02}"
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(role)
        people.append({"id": user.pk, "username": name, "password": PASSWORD, "field": field})
    waiting = Case.objects.filter(status=CaseStatus.OPEN).order_by("pk")
    shared = list(waiting.values_list("pk", flat=True)[:SHARED])
    _, header = issue_key(integration="Khoros")
    return {"people": people, "header": header, "shared": shared}


def check(told: dict[str, Any]) -> list[str]:
    """Return what is not as the portal said it was."""
    history: dict[int, list[CaseEvent]] = defaultdict(list)
    # By their numbers, which are given out while the case is locked; times are taken before.
    for event in CaseEvent.objects.order_by("id").iterator():
        history[event.case_id].append(event)
    return [
        *_lost_cases(told["cases"], told["title"]),
        *_lost_acts(told["acts"], history),
        *_lost_updates(history),
    ]


def _lost_cases(sent: list[tuple[int, str]], prefix: str) -> Iterator[str]:
    """Yield what became of cases that were acknowledged: each is there exactly once."""
    stored = Counter(Case.objects.filter(title__startswith=prefix).values_list("title", flat=True))
    ids = dict(Case.objects.filter(title__startswith=prefix).values_list("pk", "title"))
    for case_id, title in sent:
        if ids.get(case_id) != title:
            yield f"case {case_id} ({title}) was acknowledged and is not there"
        if stored[title] != 1:
            yield f"{title} is there {stored[title]} times"
    if len(sent) != len(ids):
        yield f"{len(sent)} cases were acknowledged, and {len(ids)} are there"


def _lost_acts(acts: list[dict[str, Any]], history: dict[int, list[CaseEvent]]) -> Iterator[str]:
    """Yield the acts that were acknowledged and that the history doesn't have."""
    notes = Counter(CaseNote.objects.values_list("case", "body"))
    for act in acts:
        events = history[act["case"]]
        if not any(_tells_of(event, act) for event in events):
            yield f"the history of case {act['case']} has no {act}"
        if act["act"] == "add_note" and notes[act["case"], act["typed"]] != 1:
            yield f"{act} is there {notes[act['case'], act['typed']]} times"


def _tells_of(event: CaseEvent, act: dict[str, Any]) -> bool:
    after = {name: values[1] for name, values in event.changes.items()}
    match act["act"]:
        case "add_note":
            return bool(after.get("note") == act["typed"])
        case "close":
            return bool(after.get("resolution") == act["typed"])
        case "bulk":
            # Someone else may have closed it first.
            return event.kind == EventKind.CLOSED
        case "add_tags":
            return act["typed"] in after.get("tags", ())
        case "save":
            return act["typed"] in after.values()
        case _:
            return bool(after.get("assignee") == act["who"])


def _lost_updates(history: dict[int, list[CaseEvent]]) -> Iterator[str]:
    """Yield the cases whose history doesn't lead, step by step, to what they are now."""
    written = Counter(CaseNote.objects.values_list("case", flat=True))
    for case in Case.objects.select_related("assignee").iterator():
        state: dict[str, Any] = {
            "assignee": "",
            "tags": [],
            "status": CaseStatus.OPEN.value,
            "resolution": "",
        }
        events = history[case.pk]
        for event in events:
            for name, (before, after) in event.changes.items():
                if name in state and state[name] != before:
                    yield f"{case.number}: {name} was {state[name]!r}, then {before!r} → {after!r}"
                if name not in _ADDED:
                    state[name] = after
        yield from _differences(case, state)
        told = sum(event.kind == EventKind.NOTE_ADDED for event in events)
        if told != written[case.pk]:
            yield f"{case.number} has {written[case.pk]} notes, and its history {told}"


def _differences(case: Case, state: dict[str, Any]) -> Iterator[str]:
    now = {
        **case.properties,
        "assignee": person_name(case.assignee) if case.assignee else "",
        "tags": case.tags,
        "status": case.status,
        "resolution": case.resolution,
    }
    for name, value in state.items():
        if name in now and now[name] != value:
            yield f"{case.number}: {name} is {now[name]!r}, and the history says {value!r}"


def main() -> None:
    """Do what the first argument says; `check` reads what was acknowledged from standard input."""
    if sys.argv[1] == "prepare":
        answer: Any = prepare(int(sys.argv[2]))
    else:
        answer = check(json.load(sys.stdin))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
