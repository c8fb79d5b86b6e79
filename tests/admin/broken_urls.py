"""The portal's URLs with one operation broken on purpose."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from caseportal.urls import urlpatterns as real_urlpatterns


def broken(request: HttpRequest, customer_id: str) -> JsonResponse:
    """Answer an object where the contract says an array."""
    return JsonResponse({"cases": []})


urlpatterns = [path("customer/<customer_id>/cases", broken), *real_urlpatterns]
