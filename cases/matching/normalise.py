"""Normal forms for comparing texts that people write differently: pure functions on strings.

Each `…_key` function returns `""` for a text of another kind, so that nothing matches it.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cases.text import fold

KEY_LENGTH = 255
"""The maximum length of a key: what a btree index allows at four bytes per character."""

_READ_LENGTH = 4_096
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_PHONE = re.compile(r"[+\d][\d\s().\-/–—·]*")
_SHORTEST_PHONE, _LONGEST_PHONE, _COMPARED_DIGITS = 6, 17, 9
_SHORTEST_NUMBER = 3
_URL = re.compile(r"(?:https?:)?//\S+|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?")
_HOST_PREFIXES = ("www.", "m.", "mobile.", "web.", "touch.", "mbasic.", "old.", "en-gb.", "de-de.")
_STREET_WORDS = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "lane": "ln",
    "drive": "dr",
    "boulevard": "blvd",
    "strasse": "str",
}


def name_key(text: str) -> str:
    """Return the words of a person's name in alphabetical order: `Doe, Jane` is `Jane Doe`."""
    return " ".join(sorted(_WORD.findall(_read(text))))[:KEY_LENGTH]


def handle_key(text: str) -> str:
    """Return a handle without its `@`; a text with a space in it is a name, not a handle."""
    handle = _read(text).lstrip("@")
    return "" if _SPACE.search(handle) or len(handle) > KEY_LENGTH else handle


def email_key(text: str) -> str:
    """Return an email address, without `mailto:`."""
    email = _read(text).removeprefix("mailto:")
    return email if len(email) <= KEY_LENGTH and _EMAIL.fullmatch(email) else ""


def phone_key(text: str) -> str:
    """Return the last nine digits of a phone number, which don't depend on the country prefix.

    A number of six to eight digits is compared as a whole.
    """
    phone = _read(text).removeprefix("tel:").lstrip("(")
    digits = "".join(str(unicodedata.digit(c)) for c in phone if c.isdigit())
    if not _PHONE.fullmatch(phone) or not _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE:
        return ""
    return digits[-_COMPARED_DIGITS:]


def number_key(text: str) -> str:
    """Return the letters and digits of an account, order or case number: `A-10 01` is `a1001`."""
    number = "".join(c for c in _read(text) if c.isalnum())
    return number if _SHORTEST_NUMBER <= len(number) <= KEY_LENGTH else ""


def street_key(text: str) -> str:
    """Return the words of a street line, common ones abbreviated: `1 Main Street` is `1 main st`."""
    words = [_STREET_WORDS.get(word, word) for word in _WORD.findall(_read(text))]
    # In German, both parts are one word: Hauptstraße, Hauptstr.
    words = [re.sub("(?<=.)strasse$", "str", word) for word in words]
    return " ".join(words)[:KEY_LENGTH] if len(words) > 1 else ""


def words_of(text: str) -> frozenset[str]:
    """Return the folded words of a text."""
    return frozenset(_WORD.findall(_read(text)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A parsed profile URL: `service` and `account` (a handle or an id there) may be `""`."""

    url: str
    service: str = ""
    account: str = ""


_SERVICES = {
    "twitter.com": "twitter",
    "x.com": "twitter",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "tiktok.com": "tiktok",
    "linkedin.com": "linkedin",
    "threads.net": "threads",
    "threads.com": "threads",
    "pinterest.com": "pinterest",
    "reddit.com": "reddit",
    "bsky.app": "bluesky",
    "t.me": "telegram",
    "vk.com": "vk",
}
_OTHER_NAMES = {"x": "twitter", "fb": "facebook", "ig": "instagram", "yt": "youtube"}
_ACCOUNT_FOLLOWS = {"in", "user", "u", "c", "channel", "company", "profile", "people", "pub"}
_NO_ACCOUNT = {
    *("share", "sharer", "intent", "search", "hashtag", "home", "explore", "watch", "p", "reel"),
    *("reels", "stories", "groups", "events", "pages", "photo", "story", "permalink", "status"),
    *("r", "i", "shorts", "posts", "feed", "login", "marketplace", "photos", "playlist", "results"),
}


def service_key(name: str) -> str:
    """Return the folded name of a service, the same for all its names: `X` is `twitter`."""
    key = _read(name)
    return _OTHER_NAMES.get(key, key)


def service_names(key: str) -> list[str]:
    """Return the names, as they are usually spelled, of a service with that key."""
    names = [key, *(name for name, of in _OTHER_NAMES.items() if of == key)]
    return [spelled for name in names for spelled in (name, name.title(), name.upper())]


def read_profile(text: str) -> Profile | None:
    """Return what a URL says about an account, or None if the text isn't an http(s) URL.

    Scheme, `www.`, mobile hosts, query, fragment and the last slash make no difference.
    """
    url = _read(text)
    if not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url if "//" in url.partition("?")[0] else f"//{url}")
        host = parts.hostname or ""
    except ValueError:
        return None
    host = _bare_host(host)
    path = unquote(parts.path).strip("/")
    service = _SERVICES.get(host, "")
    account = handle_key(_account(parts, path)) if service else ""
    key = f"{service}:{account}" if account else f"{host}/{path}".rstrip("/")
    return Profile(key[:KEY_LENGTH], service, account) if host else None


def _bare_host(host: str) -> str:
    """Return a host without prefixes for a language or a kind of device."""
    for prefix in _HOST_PREFIXES:
        shorter = host.removeprefix(prefix)
        if "." in shorter:
            host = shorter
    return host.rstrip(".")


def _account(parts: SplitResult, path: str) -> str:
    """Return the handle or id of an account in a known service's URL, `""` if there is none."""
    segments = [segment for segment in path.split("/") if segment]
    if segments == ["profile.php"]:
        return parse_qs(parts.query).get("id", [""])[0]
    if len(segments) > 1 and segments[0] == "i" and segments[1] == "user":
        return "".join(segments[2:3])
    if len(segments) > 1 and segments[0] in _ACCOUNT_FOLLOWS:
        return segments[-1] if segments[0] in {"people", "pub"} else segments[1]
    if not segments or segments[0] in _NO_ACCOUNT | _ACCOUNT_FOLLOWS:
        return ""
    return segments[0]


def _read(text: str) -> str:
    """Return the folded text without surrounding space, cut to a useful length."""
    return fold(text[:_READ_LENGTH]).strip()
