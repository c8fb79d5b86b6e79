"""Export of any list with its filters and columns, streamed while it is read."""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import BigIntegerField
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.admin.common.listing import IDS, ListAdmin, Listing
from cases.selectors.counts import count_up_to
from cases.selectors.export import ORDERED_ROWS, read_whole_list
from cases.services.export_cells import Cell, plain_cell
from cases.services.export_files import EXCEL_ROWS, FORMATS, Format, Part

logger = logging.getLogger(__name__)

FRAMES = "_frames"
"""The parameter with which a script asks for the file in frames."""
MOST_CHOSEN = 1_000


class Exportable(ListAdmin):
    """A list with a page that exports it, for users who may see the list."""

    class Media:
        css = {"all": ("cases/export.css",)}

    def get_urls(self) -> list[URLPattern]:
        """Return the export page and the files before the pages of the list."""
        view, name = self.admin_site.admin_view, f"cases_{self.opts.model_name}_export"
        return [
            path("export/", view(partial(export_page, self)), name=name),
            path(
                "export/<slug:file_format>/", view(partial(export_file, self)), name=f"{name}_file"
            ),
            *super().get_urls(),
        ]


def export_page(page: ListAdmin, request: HttpRequest) -> HttpResponse:
    """Offer the list in each file format, and say what the file will contain."""
    listing, query = _requested_listing(page, request)
    total = count_up_to(listing.rows, ORDERED_ROWS)
    file_url = f"admin:cases_{page.opts.model_name}_export_file"
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Export"),
        "total": total,
        "labels": listing.labels,
        "formats": [
            (found, f"{reverse(file_url, args=(name,))}?{query.urlencode()}")
            for name, found in FORMATS.items()
        ],
        "is_long": total.value > total.limit,
        "excel_rows": EXCEL_ROWS,
        "list_url": f"{reverse(f'admin:cases_{page.opts.model_name}_changelist')}"
        f"?{_without(query, IDS).urlencode()}",
    }
    request.current_app = page.admin_site.name
    return TemplateResponse(request, "admin/cases/export/page.html", context)


def export_file(page: ListAdmin, request: HttpRequest, file_format: str) -> HttpResponseBase:
    """Stream the list as a file, or in frames for a script that shows the progress."""
    listing, _query = _requested_listing(page, request)
    if file_format not in FORMATS:
        raise Http404
    found = FORMATS[file_format]
    whole = read_whole_list(listing.rows)
    zone = timezone.get_current_timezone()
    chunks = (
        [_cells(row, listing, zone) for row in _prepared(listing, chunk)] for chunk in whole.chunks
    )
    labels = listing.zoned_labels(zone) if found.names_zone else listing.labels
    parts = _logged(page, request, file_format, found.write(labels, chunks))
    response = _streamed(request, parts, found, _file_name(page, found))
    response["X-Export-Rows"] = str(whole.total)
    response["X-Export-Name"] = _file_name(page, found)
    # So that a proxy in front passes on each piece at once.
    response["X-Accel-Buffering"] = "no"
    response["Cache-Control"] = "private, no-store"
    return response


def _streamed(
    request: HttpRequest, parts: Iterator[Part], found: Format, name: str
) -> StreamingHttpResponse:
    if request.GET.get(FRAMES):
        return StreamingHttpResponse(_framed(parts), content_type="application/octet-stream")
    pieces = (part.data for part in parts if part.data)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=found.content_type, headers=disposition)


def _requested_listing(page: ListAdmin, request: HttpRequest) -> tuple[Listing, QueryDict]:
    """Return the list that an address asks for, and its query. Raises PermissionDenied."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    query = _without(request.GET, FRAMES, "p", "e")
    ids = _read_ids(query.get(IDS, ""))
    return page.listing(request, _without(query, IDS), ids), query


def _logged(
    page: ListAdmin, request: HttpRequest, name: str, parts: Iterator[Part]
) -> Iterator[Part]:
    """Pass the parts on; log who exported how many rows, even if it was interrupted."""
    rows, outcome = 0, "failed"
    try:
        for part in parts:
            rows = part.rows
            yield part
        outcome = "finished"
    finally:
        who, what = request.user.get_username(), page.opts.model_name
        logger.info("Export of %s as %s by %s %s: %d rows", what, name, who, outcome, rows)


def _file_name(page: ListAdmin, found: Format) -> str:
    day = timezone.localtime().strftime("%Y-%m-%d")
    rows = slugify(page.opts.verbose_name_plural or "") or page.opts.model_name
    return f"{rows}-{day}.{found.extension}"


def _prepared(listing: Listing, chunk: list[Any]) -> list[Any]:
    listing.prepare(chunk)
    return chunk


def _cells(row: Any, listing: Listing, zone: Any) -> list[Cell]:
    return [plain_cell(column.value(row), zone) for column in listing.columns]


def _framed(parts: Iterator[Part]) -> Iterator[bytes]:
    """Yield each part after a line with its number of rows and of bytes; `end` after the last.

    So a script can show progress while no data of an Excel file is ready yet, and knows whether a
    file is complete.
    """
    for part in parts:
        yield b"%d %d\n%b" % (part.rows, len(part.data), part.data)
    yield b"end\n"


def _without(query: QueryDict, *names: str) -> QueryDict:
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def _read_ids(text: str) -> list[int]:
    keys = [key for key in text.split(",") if key]
    if len(keys) > MOST_CHOSEN or not all(key.isascii() and key.isdigit() for key in keys):
        raise BadRequest("Invalid ids.")
    ids = [int(key) for key in keys if len(key) < 20]
    return [key for key in ids if key <= BigIntegerField.MAX_BIGINT]
