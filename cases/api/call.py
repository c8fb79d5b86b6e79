"""The call that is being answered, where every layer finds it and notes what it learns."""

from django.http import HttpRequest
from rest_framework.request import Request

from cases.services.requests import CALL_KEY, Call


def call_of(request: HttpRequest | Request) -> Call:
    """Return what is known so far of the call that `request` is."""
    call: Call = request.META[CALL_KEY]
    return call
