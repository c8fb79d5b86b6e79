"""Formats of times, and of numbers in the reader's locale."""

from datetime import datetime

from babel.numbers import format_decimal
from django import template
from django.utils import timezone
from django.utils.dateformat import DateFormat
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from cases.admin.common.reader import reader_locale, unknown_zone
from cases.selectors.counts import CappedCount

# Every template has the filter `format_number`: the settings name this module among the builtins.
register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
_UNITS = (
    (_YEAR, ngettext_lazy("%(n)d y ago", "%(n)d y ago", "n")),
    (_MONTH, ngettext_lazy("%(n)d mo ago", "%(n)d mo ago", "n")),
    (_DAY, ngettext_lazy("%(n)d d ago", "%(n)d d ago", "n")),
    (_HOUR, ngettext_lazy("%(n)d h ago", "%(n)d h ago", "n")),
    (_MINUTE, ngettext_lazy("%(n)d min ago", "%(n)d min ago", "n")),
)


@register.filter
def format_number(number: float | CappedCount) -> str:
    """Return a number with the separators of the reader: `1,234.5`, `1.234,5`; `1,000+`."""
    if isinstance(number, CappedCount):
        shown = format_number(min(number.value, number.limit))
        return f"{shown}+" if number.value > number.limit else shown
    return format_decimal(number, locale=reader_locale())


@register.simple_tag
def number_locale() -> str:
    """Return the reader's locale for a script that writes numbers: `de-DE`."""
    return str(reader_locale()).replace("_", "-")


register.simple_tag(unknown_zone)


def time_ago(moment: datetime) -> SafeString:
    """Return a `<time>` that says how long ago `moment` was, and exactly when on hover."""
    return _time_tag(moment, _short(moment))


def time_at(moment: datetime) -> SafeString:
    """Return a `<time>` with the day and the minute of `moment`, and the second on hover."""
    return _time_tag(moment, date_format(timezone.localtime(moment), "DATETIME_FORMAT"))


def time_of_day(moment: datetime) -> SafeString:
    """Return a `<time>` with the hour and minute of `moment`, and the full time on hover."""
    return _time_tag(moment, date_format(timezone.localtime(moment), "TIME_FORMAT"))


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: `2 d 3 h`, `5 h 10 min`."""
    minutes = round(seconds / _MINUTE)
    if minutes < 1:
        return _("under a minute")
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    shown = {"days": format_number(days), "hours": hours, "minutes": minutes}
    if days:
        return (_("%(days)s d %(hours)s h") if hours else _("%(days)s d")) % shown
    if hours:
        return (_("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")) % shown
    return _("%(minutes)s min") % shown


def _time_tag(moment: datetime, text: str) -> SafeString:
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        _full_time(local),
        text,
    )


def _full_time(local: datetime) -> str:
    """Return the format `l j F Y, H:i:s T`, quickly: a list has a hundred of them."""
    part = DateFormat(local)
    return f"{part.l()} {part.j()} {part.F()} {part.Y()}, {local:%H:%M:%S} {part.T()}"


def _short(moment: datetime) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 0:
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    if seconds < _MINUTE:
        return _("just now")
    size, text = next(unit for unit in _UNITS if seconds >= unit[0])
    return str(text % {"n": int(seconds // size)})
