"""The page that describes the API, and the OpenAPI document; staff only."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.api.schema.generator import make_document


def _is_staff(user: AbstractBaseUser | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff


staff_only = user_passes_test(_is_staff)
"""Sends everyone else to the login: the names of registered fields are the company's own."""


@require_safe
@never_cache
@staff_only
def openapi_document(request: HttpRequest) -> JsonResponse:
    """Answer the OpenAPI 3.1 document."""
    return JsonResponse(make_document())


@require_safe
@staff_only
def docs_page(request: HttpRequest) -> HttpResponse:
    """Show the document as a page."""
    return render(request, "docs/page.html")
