"""The portal's own public addresses."""

from django.conf import settings


def instance_url() -> str:
    """Return the base address that Khoros calls, without a slash at its end: its `instanceUrl`."""
    return portal_url(f"/{settings.API_PREFIX}").rstrip("/")


def portal_url(path: str) -> str:
    """Return the absolute address of a path, which begins with a slash."""
    return f"{settings.PORTAL_URL}{path}"
