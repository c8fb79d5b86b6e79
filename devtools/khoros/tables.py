"""Tables as text, for a terminal."""

from collections.abc import Collection, Sequence

_GAP = "   "


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[str]) -> str:
    """Return a table with a line under its heads; the columns in `right` are aligned there."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    rule = ["─" * width for width in widths]
    return "\n".join(
        _GAP.join(
            cell.rjust(width) if head in right else cell.ljust(width)
            for head, cell, width in zip(heads, row, widths, strict=True)
        ).rstrip()
        for row in [heads, rule, *rows]
    )
