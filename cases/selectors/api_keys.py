"""Reads of API keys."""

import re
from typing import cast

from cachetools.func import ttl_cache

from cases.models import ApiKey

REMEMBERED_SECONDS = 1
"""How long a process may go on accepting a key that another process has revoked."""

_KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}", re.ASCII)


def find_active_key(key: str) -> ApiKey | None:
    """Return the API key that `key` (`<prefix>.<secret>`) is, or None where none accepts it now."""
    if not _KEY.fullmatch(key):
        return None
    found = _find_usable_key(key)
    return found if found is not None and found.is_active else None


def has_keys() -> bool:
    """Tell whether any API key was ever issued, also where it is revoked now."""
    return ApiKey.objects.exists()


def forget_keys() -> None:
    """Make this process read the keys again; whoever issues or revokes one calls it."""
    _find_usable_key.cache_clear()


@ttl_cache(maxsize=256, ttl=REMEMBERED_SECONDS)
def _find_usable_key(key: str) -> ApiKey | None:
    try:
        return cast(ApiKey, ApiKey.objects.get_from_key(key))
    except ApiKey.DoesNotExist:
        return None
