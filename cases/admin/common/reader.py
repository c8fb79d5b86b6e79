"""The reader of a page: the time zone of the browser, and how the reader writes numbers.

The words of the pages are English for everyone.
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
"""What `reader.js` keeps the name of the browser's time zone in, such as `Asia/Kolkata`."""

_ENGLISH = Locale("en")
_LONGEST_SHOWN = 60
# The names of the tz database; nothing else is looked up as a file.
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}")

_now = Local()


def reader_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show each reader of the back office times in their zone, and numbers in their way.

    Elsewhere, and where the browser says nothing that the portal knows, both are the portal's. A
    zone that is not known is shown on the page (`unknown_zone`).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        call = request.META.get(CALL_KEY)
        if call and call.replay_of:
            # It comes within the request of a page, which goes on after it.
            with timezone.override(None):
                return get_response(request)
        _forget()
        if not request.path_info.startswith(reverse("admin:index")):
            return get_response(request)
        name = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
        zone = find_zone(name)
        if zone:
            timezone.activate(zone)
        elif name:
            _now.unknown_zone = name[:_LONGEST_SHOWN]
        # Where none is active, each of a page's thousand words looks in vain for one first.
        translation.activate(settings.LANGUAGE_CODE)
        _now.locale = find_locale(request.headers.get("Accept-Language", ""))
        response = get_response(request)
        # What is streamed is made after this, in the same thread; the next request forgets.
        if not response.streaming:
            _forget()
        return response

    return middleware


def reader_locale() -> Locale:
    """Return how the reader of this moment writes numbers."""
    locale: Locale = getattr(_now, "locale", _ENGLISH)
    return locale


def unknown_zone() -> str:
    """Return what the reader's browser calls its time zone where the portal has no such zone."""
    name: str = getattr(_now, "unknown_zone", "")
    return name


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name, such as `Asia/Kolkata`, or None where there is none such."""
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


def _forget() -> None:
    timezone.deactivate()
    translation.deactivate()
    _now.locale = _ENGLISH
    _now.unknown_zone = ""
