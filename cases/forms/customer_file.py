"""Reads a CSV file of customers, as spreadsheets write it, into rows under the fields' own names."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from cases.properties.types import Definition

FILE_MEGABYTES = 20
MOST_ROWS = 50_000
ID = "id"
FAULT = ""
"""The column of what is wrong with the shape of a row; no field has this name."""

_ID_HEADERS = {"id", "customer id", "customerid", "customer"}
_DEFUSED = re.compile(r"'(?=\s*[=+\-@\t\r＝＋－＠])")
_SNIFFED = 8_192


class UnreadableFile(ValueError):
    """The file can't be read as customers; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """The rows of a file: `dataset` has the headers `id`, names of fields, and FAULT.

    `ignored` are the file's own headers of columns that no field takes.
    """

    dataset: Dataset
    ignored: list[str] = field(default_factory=list)


class CustomerFileForm(forms.Form):
    """Chooses the file."""

    file = forms.FileField(label=gettext_lazy("CSV file"), allow_empty_file=True)

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse what is larger than can be worked through in one go."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > FILE_MEGABYTES * 1024 * 1024:
            message = _("The file is larger than %(most)d MB. Divide it into several files.")
            raise forms.ValidationError(message % {"most": FILE_MEGABYTES})
        return file


def read_customer_file(content: bytes, definitions: Mapping[str, Definition]) -> CustomerFile:
    """Return the rows of a CSV file in UTF-8 or UTF-16, separated by commas, semicolons or tabs.

    A column is known by the name or the label of its field, in any case of letters. What an
    export wrote with an apostrophe, so that a spreadsheet runs no formula, is read without it.
    Raises UnreadableFile.
    """
    headers, *rows = _parse(_decode(content))
    names = [_column(header, definitions) for header in headers]
    _check_columns(names)
    if len(rows) > MOST_ROWS:
        message = _("The file has more than %(most)s rows. Divide it into several files.")
        raise UnreadableFile(message % {"most": f"{MOST_ROWS:,}"})
    known = [place for place, name in enumerate(names) if name]
    dataset = Dataset(headers=[*(names[place] for place in known), FAULT])
    for row in rows:
        padded = row + [""] * (len(headers) - len(row))
        cells = [_DEFUSED.sub("", padded[place], count=1) for place in known]
        fault = _fault(row, len(headers))
        if any(cells) or fault:
            dataset.append([*cells, fault])
    if not len(dataset):
        raise UnreadableFile(_("The file has no rows below its headers."))
    ignored = [header for header, name in zip(headers, names, strict=True) if header and not name]
    return CustomerFile(dataset, ignored)


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        message = _("The file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.")
        raise UnreadableFile(message) from error


def _parse(text: str) -> list[list[str]]:
    """Return the lines that hold anything, cell by cell; the first is the headers."""
    if not text.strip():
        raise UnreadableFile(_("The file is empty."))
    # Of the first line alone: a text further down may hold anything.
    first = text.lstrip().splitlines()[0][:_SNIFFED]
    delimiter = max(",;\t", key=first.count)
    lines = io.StringIO(text, newline="")
    # Strict: a quotation mark that is never closed would swallow all rows below it.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows, begin = [], 1
    try:
        for row in reader:
            rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        message = _(
            "Line %(line)s can't be read: a quotation mark is missing or one too many, or a text "
            "is far too long."
        )
        raise UnreadableFile(message % {"line": f"{begin:,}"}) from error
    return [row for row in rows if any(row)]


def _fault(row: list[str], width: int) -> str:
    """Return what is wrong with the shape of a row; a spreadsheet's empty cells at its end are not."""
    if not any(row[width:]):
        return ""
    return _("The row has %(cells)d cells, the first line %(width)d.") % {
        "cells": len(row),
        "width": width,
    }


def _column(header: str, definitions: Mapping[str, Definition]) -> str:
    """Return the name of the field that a header means, or `""`."""
    wanted = header.strip().casefold()
    if wanted in _ID_HEADERS:
        return ID
    by_name = {name.casefold(): name for name in definitions}
    by_label = {definition.label.casefold(): name for name, definition in definitions.items()}
    return by_name.get(wanted) or by_label.get(wanted) or ""


def _check_columns(names: list[str]) -> None:
    if ID not in names:
        message = _("The first line needs a header “id”: the id that Khoros knows the customer by.")
        raise UnreadableFile(message)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        message = _("Two columns stand for the same field: %(names)s.")
        raise UnreadableFile(message % {"names": ", ".join(twice)})
