"""The call that is being answered, where every layer finds it and notes what it learns."""

from django.http import HttpRequest
from rest_framework.request import Request

from cases.services.requests import Call

ENVIRON_KEY = "caseportal.call"
"""Not an `HTTP_` name, so that no header of a client can set it."""


def call_of(request: HttpRequest | Request) -> Call:
    """Return what is known so far of the call that `request` is."""
    call: Call = request.META[ENVIRON_KEY]
    return call
