"""Which names a custom property may have on the wire."""

import re

from django.utils.translation import gettext as _

MAX_LENGTH = 64

CASE_KEYS = ("customerId", "customId", "title", "description", "status", "interactions")
"""Keys of a case that Khoros writes (contract: Objects, Case request)."""

READ_ONLY_KEYS = ("id", "number", "url", "created", "lastUpdated")
"""Keys that Khoros may send back and the portal ignores (contract: Objects, Case request)."""

_RESERVED = (
    *("type", "name", "label", "fields", "error", "message", "errorMessage", "author", "service"),
    *("null", "true", "false", "undefined", "constructor", "prototype", "hasOwnProperty"),
    *("toString", "valueOf", "class"),
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_TAKEN = {key.lower(): key for key in (*_RESERVED, *CASE_KEYS, *READ_ONLY_KEYS)}


def name_problem(name: str) -> str | None:
    """Return why `name` can't be a property's name, for a person to read, or None if it can.

    A name is a plain identifier, and neither a core key nor a reserved word, in any spelling of
    upper and lower case (contract: Custom properties).
    """
    if not _IDENTIFIER.fullmatch(name):
        return _(
            "Use a plain identifier: a letter first, then letters, digits and underscores, "
            "for example clubNumber."
        )
    if len(name) > MAX_LENGTH:
        return _("Use at most %(limit)s characters; this has %(number)s.") % {
            "limit": MAX_LENGTH,
            "number": len(name),
        }
    taken = _TAKEN.get(name.lower())
    if taken is None:
        return None
    if taken in _RESERVED:
        message = _(
            "“%(word)s” is a reserved word. Choose another name, for example %(name)sValue."
        )
        return message % {"word": taken, "name": name}
    message = _("Every case already has a key “%(word)s”. Choose another name.")
    return message % {"word": taken}
