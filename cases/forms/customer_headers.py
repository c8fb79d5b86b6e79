"""Which field a header in a file of customers means, and which header a field has in such a file."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from cases.properties.types import Definition
from cases.services.export_cells import harmless, read_harmless

ID = "id"

_ID_HEADERS = ("id", "customer id", "customerid", "customer")
_NOTHING = ""


class CustomerHeaders:
    """The headers of a file, by the fields that it may have: their names and labels.

    What may mean several fields means none: a value that stays out can be brought in later, one in
    the wrong field has taken the place of another.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        """Learn what is known by name and label, and what an export says besides the fields."""
        self._definitions = definitions
        self._of_export = {_("Customer"): ID} | dict.fromkeys(
            (_("Cases"), _("Created"), _("Last updated")), _NOTHING
        )
        self._alike: defaultdict[str, set[str]] = defaultdict(set)
        for name, definition in definitions.items():
            for header in (name, definition.label):
                self._alike[_folded(header)].add(name)
        for header, meant in self._of_export.items():
            self._alike[_folded(header)].add(meant)
        self._alike |= {header: {ID} for header in _ID_HEADERS}

    def meaning(self, header: str) -> str:
        """Return the name of the field that a header means, ID, or `""` where it means none.

        A field's name as it is written means that field; otherwise names and labels count in any
        case of letters.
        """
        text = read_harmless(header).strip()
        if text in self._of_export:
            return self._of_export[text]
        if text in self._definitions:
            return text
        meant = self._alike.get(_folded(text), set())
        return next(iter(meant)) if len(meant) == 1 else _NOTHING

    def header_of(self, definition: Definition) -> str:
        """Return what an export calls a field: its label, or its name where that means it alone."""
        read_back = self.meaning(harmless(definition.label))
        return definition.label if read_back == definition.name else definition.name

    def by_name(self) -> dict[str, str]:
        """Return what an export calls each field, by the fields' names in their order."""
        return {name: self.header_of(found) for name, found in self._definitions.items()}


def _folded(header: str) -> str:
    return header.strip().casefold()
