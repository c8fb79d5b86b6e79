"""Validation of a definition before it is stored, with a message for each error."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from cases.choices import PropertyType
from cases.errors import FieldError
from cases.properties.names import name_problem
from cases.properties.types import RULES, Definition, ListValue
from cases.text import UNSTORABLE_MESSAGE, is_blank, is_storable

LABEL_LENGTH = 255
LIST_VALUE_LENGTH = 255
MAX_LIST_VALUES = 200


def definition_problems(definition: Definition) -> list[FieldError]:
    """Return every error of a definition, at `name`, `label`, `type` or `list_values`."""
    return [
        FieldError(field, message)
        for field, message in (
            ("name", name_problem(definition.name)),
            ("label", _text_problem(definition.label, LABEL_LENGTH)),
            ("type", _type_problem(definition.type)),
            *(("list_values", message) for message in _list_problems(definition)),
        )
        if message
    ]


def type_change_problem(before: str, after: str) -> str | None:
    """Return why the type of a published field can't become `after`, or None if it can."""
    if after == before or after in RULES[before].widens_to:
        return None
    known = _("Khoros already knows this field as “%(type)s”.") % {
        "type": PropertyType(before).label
    }
    wider = _(" or ").join(f"“{PropertyType(entry).label}”" for entry in RULES[before].widens_to)
    if wider:
        return f"{known} " + _("It can only become %(types)s.") % {"types": wider}
    return f"{known} " + _("It can no longer change.")


def _type_problem(value: str) -> str | None:
    return None if value in RULES else _("Choose one of the types.")


def _text_problem(text: str, limit: int) -> str | None:
    if is_blank(text):
        return _("This must not be blank.")
    if not is_storable(text):
        return _("This %(problem)s.") % {"problem": UNSTORABLE_MESSAGE}
    if len(text) > limit:
        return _("Use at most %(limit)s characters; this has %(number)s.") % {
            "limit": limit,
            "number": len(text),
        }
    return None


def _list_problems(definition: Definition) -> Iterator[str]:
    if definition.type not in RULES or not RULES[definition.type].has_list:
        return
    entries = definition.list_values
    if not entries:
        yield _("A list needs at least one value.")
    if len(entries) > MAX_LIST_VALUES:
        yield _("Use at most %(limit)s values; this list has %(number)s.") % {
            "limit": MAX_LIST_VALUES,
            "number": len(entries),
        }
        return
    yield from _entry_problems(entries)
    times = Counter(entry.value for entry in entries)
    yield from (
        _("The value “%(value)s” appears %(number)s times.") % {"value": value, "number": number}
        for value, number in times.items()
        if number > 1
    )


def _entry_problems(entries: Sequence[ListValue]) -> Iterator[str]:
    for number, entry in enumerate(entries, start=1):
        for part, text in ((_("value"), entry.value), (_("name"), entry.name)):
            problem = _text_problem(text, LIST_VALUE_LENGTH)
            if problem:
                yield _("Entry %(number)s, %(part)s: %(problem)s") % {
                    "number": number,
                    "part": part,
                    "problem": problem,
                }
