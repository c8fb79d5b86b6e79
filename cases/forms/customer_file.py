"""Reads a CSV file of customers, as spreadsheets write it, into rows by field name."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from cases.forms.customer_headers import ID, CustomerHeaders
from cases.properties.types import Definition
from cases.selectors.customers.customer import known_customer_ids
from cases.services.export_cells import read_harmless
from cases.text import is_storable

FILE_MEGABYTES = 20
MOST_ROWS = 50_000
FAULT, ROW = "", "#"
"""The columns for a structural error of a row, and for its number in a spreadsheet.

No field can have these names.
"""

_SNIFFED = 8_192
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(?P<separator>[^"\r\n])"?\r?\n', re.IGNORECASE)
_NOT_OF_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")

_Rows = list[tuple[int, list[str]]]
"""The rows that aren't empty, each with its number in a spreadsheet."""


class UnreadableFile(ValueError):
    """The file can't be read as customers; the message says what to do about it.

    `numbers` go into the message as the reader writes them.
    """

    def __init__(self, message: str, **numbers: int) -> None:
        super().__init__(message)
        self.message, self.numbers = message, numbers


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """The rows of a file: `dataset` has the headers `id`, names of fields, FAULT and ROW.

    Its cells are as the file has them, but for the ids. `ignored` are the file's own headers of columns that no field takes.
    """

    dataset: Dataset
    ignored: list[str] = field(default_factory=list)


class CustomerFileForm(forms.Form):
    """Chooses the file."""

    file = forms.FileField(label=gettext_lazy("CSV file"), allow_empty_file=True)

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse a file that is too large to process at once."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > FILE_MEGABYTES * 1024 * 1024:
            message = _("The file is larger than %(most)d MB. Split it into several files.")
            raise forms.ValidationError(message % {"most": FILE_MEGABYTES})
        return file


def read_customer_file(content: bytes, definitions: Mapping[str, Definition]) -> CustomerFile:
    """Return the rows of a CSV file in UTF-8 or UTF-16.

    Cells are separated by commas, semicolons, tabs or bars, or as a first line `sep=…` says. A
    column is recognised by the name or label of its field, ignoring case. Spaces around an id are
    removed, unless a customer has that id with them. Raises UnreadableFile.
    """
    known_headers = CustomerHeaders(definitions)
    (_first, headers), *rows = _parse(_decode(content), known_headers)
    names = [known_headers.meaning(header) for header in headers]
    _check_columns(names)
    if len(rows) > MOST_ROWS:
        message = _("The file has more than %(most)s rows. Split it into several files.")
        raise UnreadableFile(message, most=MOST_ROWS)
    known = [index for index, name in enumerate(names) if name]
    dataset = Dataset(headers=[*(names[index] for index in known), FAULT, ROW])
    id_index = names.index(ID)
    ids = _read_ids([row[id_index] if id_index < len(row) else "" for _number, row in rows])
    for (number, row), key in zip(rows, ids, strict=True):
        padded = row + [""] * (len(headers) - len(row))
        # The database can't even be queried for an id that it can't store.
        padded[id_index] = key if is_storable(key) else ""
        cells = [padded[index] for index in known]
        fault = (
            _fault(row, len(headers))
            if is_storable(key)
            else _("An id can't contain a NUL character.")
        )
        if any(cells) or fault:
            dataset.append([*cells, fault, number])
    if not len(dataset):
        raise UnreadableFile(_("The file has no rows below the headers."))
    ignored = [
        header.strip() for header, name in zip(headers, names, strict=True) if header and not name
    ]
    return CustomerFile(dataset, ignored)


def hash_fields(definitions: Mapping[str, Definition]) -> str:
    """Return a hash of everything that a preview depends on: names, labels, types and lists."""
    fields = sorted(
        (one.name, one.label, one.type, one.list_values) for one in definitions.values()
    )
    return sha256(repr(fields).encode()).hexdigest()


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_csv() from error
    # Workbooks and other encodings may happen to be valid bytes of these.
    if _NOT_OF_TEXT.search(_first_line(text)):
        raise _no_csv()
    return text


def _no_csv() -> UnreadableFile:
    return UnreadableFile(
        _(
            "This is not a CSV file in UTF-8 or UTF-16. In your spreadsheet, save it as "
            "“CSV UTF-8”, then choose that file."
        )
    )


def _first_line(text: str) -> str:
    start = text.lstrip()[:_SNIFFED]
    return start.splitlines()[0] if start else ""


def _parse(text: str, headers: CustomerHeaders) -> _Rows:
    """Return the cells of each row that isn't empty; the first row is the headers."""
    declared = _SEPARATOR_LINE.match(text)
    text = text[declared.end() :] if declared else text
    delimiter = declared["separator"] if declared else _delimiter(_first_line(text), headers)
    rows: _Rows = []
    # Strict: a quotation mark that is never closed would swallow all rows below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 1
    try:
        # A spreadsheet counts empty lines too, but not the one that names the separator.
        for number, row in enumerate(reader, 1):
            line = reader.line_num + 1
            if any(map(str.strip, row)):
                rows.append((number, row))
    except csv.Error as error:
        message = _(
            "Row %(row)s, at line %(line)s of the file, can't be read. Look for a missing "
            "or extra quotation mark, or a very long text."
        )
        raise UnreadableFile(message, row=number + 1, line=line + bool(declared)) from error
    if not rows:
        raise UnreadableFile(_("The file is empty."))
    return rows


def _delimiter(first_line: str, headers: CustomerHeaders) -> str:
    """Return the separator of the headers: one that leaves an id among them, or the most frequent.

    Reads only the first line: texts below may contain anything.
    """
    by_number = sorted(",;\t|", key=first_line.count, reverse=True)
    for delimiter in by_number:
        cells = next(csv.reader([first_line], delimiter=delimiter), [])
        if ID in map(headers.meaning, cells):
            return delimiter
    return by_number[0]


def _read_ids(cells: list[str]) -> list[str]:
    """Return the ids in the cells, without surrounding spaces unless a customer has them."""
    written = [read_harmless(cell) for cell in cells]
    spaced = {key for key in written if key != key.strip() and is_storable(key)}
    known = known_customer_ids(spaced)
    return [key if key in known else key.strip() for key in written]


def _fault(row: list[str], width: int) -> str:
    """Return the structural error of a row, or `""`; empty cells at its end are allowed."""
    if not any(row[width:]):
        return ""
    return _("The row has %(cells)d cells, but the first line has %(width)d.") % {
        "cells": len(row),
        "width": width,
    }


def _check_columns(names: list[str]) -> None:
    if ID not in names:
        message = _(
            "The first line needs a header “id”, for the id that Khoros uses for the customer."
        )
        raise UnreadableFile(message)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        message = _("Two columns are for the same field: %(names)s.")
        raise UnreadableFile(message % {"names": ", ".join(twice)})
