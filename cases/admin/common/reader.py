"""The reader's time zone and number format, from the browser.

The language of the pages is English for everyone.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asgiref.local import Local
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from cases.services.requests import CALL_KEY

ZONE_COOKIE = "reader_zone"
"""The cookie in which `reader.js` stores the browser's time zone, such as `Asia/Kolkata`."""

_ENGLISH = Locale("en")
_LONGEST_SHOWN = 60
# The names of the tz database; nothing else is looked up as a file.
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}")

_reader = Local()


def reader_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Use the reader's time zone and number format in the back office.

    Elsewhere, and if the browser sends nothing that the portal knows, the portal's are used. A
    time zone that the portal doesn't know is named on the page (`unknown_zone`).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        call = request.META.get(CALL_KEY)
        if call and call.replay_of:
            # A replay runs within the request of a page, which continues after it.
            with timezone.override(None):
                return get_response(request)
        _reset()
        if not request.path_info.startswith(reverse("admin:index")):
            return get_response(request)
        name = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
        zone = find_zone(name)
        if zone:
            timezone.activate(zone)
        elif name:
            _reader.unknown_zone = name[:_LONGEST_SHOWN]
        # Without an active language, each of a page's thousand texts would look for one first.
        translation.activate(settings.LANGUAGE_CODE)
        _reader.locale = find_locale(request.headers.get("Accept-Language", ""))
        response = get_response(request)
        # A streamed response is made after this, in the same thread; the next request resets.
        if not response.streaming:
            _reset()
        return response

    return middleware


def reader_locale() -> Locale:
    """Return the locale in which the current reader writes numbers."""
    locale: Locale = getattr(_reader, "locale", _ENGLISH)
    return locale


def unknown_zone() -> str:
    """Return the name of the browser's time zone if the portal doesn't know it, or `""`."""
    name: str = getattr(_reader, "unknown_zone", "")
    return name


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name, such as `Asia/Kolkata`, or None if it is unknown."""
    if not _ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def find_locale(accepted: str) -> Locale:
    """Return the first known locale of an `Accept-Language` header; English where there is none."""
    for language, _ in parse_accept_lang_header(accepted.lower()):
        try:
            return Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return _ENGLISH


def _reset() -> None:
    timezone.deactivate()
    translation.deactivate()
    _reader.locale = _ENGLISH
    _reader.unknown_zone = ""
