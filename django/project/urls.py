"""The URLs of the project: the API of the shop app, its OpenAPI document, and the pictures of products."""

from django.http import JsonResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from project import media

urlpatterns = [
    path("api/schema/", SpectacularJSONAPIView.as_view()),
    path("api/", include("shop.urls")),
    *media.urlpatterns,
]


def not_found(request, exception):
    """Answer an unknown path as DRF answers a missing object."""
    return JsonResponse({"detail": "Not found."}, status=404)


handler400 = "rest_framework.exceptions.bad_request"
handler404 = not_found
handler500 = "rest_framework.exceptions.server_error"
