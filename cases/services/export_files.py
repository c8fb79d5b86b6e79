"""Lists as files, written while their rows are read: CSV, Excel and JSON."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import orjson
import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.services.export_cells import Cell, csv_text, excel_text, is_signed_number

EXCEL_ROWS = 1_048_575
"""How many rows an Excel sheet has below its header; more go to further sheets."""

_PIECE = 64 * 1024
_COLUMN_WIDTH = 24

Rows = Iterable[Sequence[Sequence[Cell]]]
"""Rows of cells, in chunks."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file, which may be empty, and how many rows have been written by then."""

    rows: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its label, and the function that writes it from labels and rows.

    `names_zone` tells whether the labels of columns with times need the time zone.
    """

    label: str | Promise
    extension: str
    content_type: str
    write: Callable[[Sequence[str], Rows], Iterator[Part]]
    names_zone: bool = False


def write_csv(labels: Sequence[str], chunks: Rows) -> Iterator[Part]:
    """Yield a CSV file in UTF-8 with a byte order mark for Excel, and harmless texts."""
    done = 0
    yield Part(0, ("\ufeff" + _csv_lines([labels])).encode())
    for chunk in chunks:
        done += len(chunk)
        yield Part(done, _csv_lines(chunk).encode())


def write_json(labels: Sequence[str], chunks: Rows) -> Iterator[Part]:
    """Yield a JSON list with an object for each row, with unchanged texts."""
    done = 0
    yield Part(0, b"[")
    for chunk in chunks:
        lines = [orjson.dumps(dict(zip(labels, map(_as_iso, row), strict=True))) for row in chunk]
        start = b",\n" if done else b"\n"
        done += len(chunk)
        yield Part(done, start + b",\n".join(lines) if lines else b"")
    yield Part(done, b"\n]\n")


def write_excel(labels: Sequence[str], chunks: Rows) -> Iterator[Part]:
    """Yield an Excel workbook: no data until all rows are written, to a temporary file.

    Times are Excel dates, which have no time zone, so the labels of their columns need it.
    """
    done = 0
    with tempfile.TemporaryFile() as file:
        book = _Workbook(file, labels)
        for chunk in chunks:
            for row in chunk:
                book.add(row)
            done += len(chunk)
            yield Part(done, b"")
        book.close()
        file.seek(0)
        while piece := file.read(_PIECE):
            yield Part(done, piece)


FORMATS: dict[str, Format] = {
    "csv": Format(_("CSV"), "csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": Format(
        _("Excel"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_excel,
        names_zone=True,
    ),
    "json": Format(_("JSON"), "json", "application/json", write_json),
}


class _Workbook:
    """A workbook that keeps no more than one row in memory."""

    def __init__(self, file: IO[bytes], labels: Sequence[str]) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(file, options)
        self.bold = self.book.add_format({"bold": True})
        self.time = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        # As if typed after an apostrophe: it stays text even after someone edits it.
        self.number_as_text = self.book.add_format({"quote_prefix": True})
        self.labels = labels
        self._add_sheet()

    def add(self, row: Sequence[Cell]) -> None:
        """Write the next row."""
        if self.row > EXCEL_ROWS:
            self._add_sheet()
        for column, cell in enumerate(row):
            self._write(column, cell)
        self.row += 1

    def close(self) -> None:
        """Write the file."""
        self.book.close()

    def _add_sheet(self) -> None:
        self.sheet: Any = self.book.add_worksheet()
        self.sheet.set_column(0, max(0, len(self.labels) - 1), _COLUMN_WIDTH)
        self.sheet.freeze_panes(1, 0)
        for column, label in enumerate(self.labels):
            self.sheet.write_string(0, column, excel_text(label), self.bold)
        self.row = 1

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, bool):
            self.sheet.write_boolean(self.row, column, cell)
        elif isinstance(cell, int | float):
            self.sheet.write_number(self.row, column, cell)
        elif isinstance(cell, datetime):
            self.sheet.write_datetime(self.row, column, cell.replace(tzinfo=None), self.time)
        elif cell:
            kind = self.number_as_text if is_signed_number(cell) else None
            self.sheet.write_string(self.row, column, excel_text(cell), kind)


def _csv_lines(rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(
        [csv_text(cell) if isinstance(cell, str) else _as_iso(cell) for cell in row] for row in rows
    )
    return text.getvalue()


def _as_iso(cell: Cell) -> Cell:
    """Return a time in ISO 8601, anything else unchanged."""
    return cell.isoformat() if isinstance(cell, datetime) else cell
