"""The reference that a call's log lines and its 500 answer have in common."""

import contextvars
import logging

_reference: contextvars.ContextVar[str] = contextvars.ContextVar("reference", default="-")


def set_reference(reference: str) -> None:
    """Give every log line of this thread the reference, until the next call sets another.

    Not reset at the end of a call: Django still logs the answer once the middleware is through.
    """
    _reference.set(reference)


class ReferenceFilter(logging.Filter):
    """Gives every log record the reference of the call that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.reference`; lets every record pass."""
        record.reference = _reference.get()
        return True
