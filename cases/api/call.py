"""The current call, which every layer reads and adds to."""

from django.http import HttpRequest
from rest_framework.request import Request

from cases.services.requests import CALL_KEY, Call


def call_of(request: HttpRequest | Request) -> Call:
    """Return what is known so far about the call of `request`."""
    call: Call = request.META[CALL_KEY]
    return call
