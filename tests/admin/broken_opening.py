"""The portal's URLs with a `POST /case` that fails on purpose."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from caseportal.urls import urlpatterns as real_urlpatterns


@csrf_exempt
def broken(request: HttpRequest) -> JsonResponse:
    """Fail."""
    return JsonResponse({"error": "internal_error", "message": "It failed."}, status=500)


urlpatterns = [path("case", broken), *real_urlpatterns]
