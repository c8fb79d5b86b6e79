"""Maps the headers of a customer file to fields, and fields to headers."""

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

    A header that could mean several fields means none: a value that is left out can be imported
    later, but one in the wrong field would overwrite another.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        """Collect the names and labels of fields, and the other headers of an export."""
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
        """Return the name of the field that a header means, ID, or `""` if it means none.

        An exact name of a field comes first; otherwise names and labels match, ignoring case.
        """
        text = read_harmless(header).strip()
        if text in self._of_export:
            return self._of_export[text]
        if text in self._definitions:
            return text
        meant = self._alike.get(_folded(text), set())
        return next(iter(meant)) if len(meant) == 1 else _NOTHING

    def header_of(self, definition: Definition) -> str:
        """Return the header of a field in an export: its label, or its name if the label is ambiguous."""
        read_back = self.meaning(harmless(definition.label))
        return definition.label if read_back == definition.name else definition.name

    def by_name(self) -> dict[str, str]:
        """Return the header of each field in an export, by the fields' names in their order."""
        return {name: self.header_of(found) for name, found in self._definitions.items()}


def _folded(header: str) -> str:
    return header.strip().casefold()
