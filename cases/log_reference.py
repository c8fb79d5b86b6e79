"""Adds the reference of the call to every log line, and removes API keys."""

import contextvars
import logging

from cases.text import without_keys

_reference: contextvars.ContextVar[str] = contextvars.ContextVar("reference", default="-")


def set_reference(reference: str) -> None:
    """Give every log line of this thread the reference, until the next call sets another.

    Not reset at the end of a call, because Django logs the response after the middleware.
    """
    _reference.set(reference)


class KeylessFormatter(logging.Formatter):
    """Removes API keys that a client put into an address."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, traceback included."""
        return without_keys(super().format(record))


class ReferenceFilter(logging.Filter):
    """Gives every log record the reference of the call that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.reference`; lets every record pass."""
        record.reference = _reference.get()
        return True
