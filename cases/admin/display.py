"""How values look in the back office: times, and texts that may be long."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_WEEK = 7 * _DAY


def time_ago(moment: datetime) -> SafeString:
    """Return a `<time>` that says how long ago `moment` was, and exactly when on hover."""
    return _time(moment, _short(moment))


def time_at(moment: datetime) -> SafeString:
    """Return a `<time>` with the day and the minute of `moment`, and the second on hover."""
    return _time(moment, format_date(timezone.localtime(moment), "j M Y, H:i"))


def _time(moment: datetime, text: str) -> SafeString:
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        format_date(local, "l j F Y, H:i:s T"),
        text,
    )


def _short(moment: datetime) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    local = timezone.localtime(moment)
    if not 0 <= seconds < _WEEK:
        same_year = local.year == timezone.localtime().year
        return format_date(local, "j M, H:i" if same_year else "j M Y")
    if seconds < _MINUTE:
        return "just now"
    for unit, length in (("d", _DAY), ("h", _HOUR)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit} ago"
    return f"{seconds // _MINUTE:.0f} min ago"
