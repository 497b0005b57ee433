"""Serves a Django with only two endpoints, product search and order status, as plain views.

Started by scripts/django.ts, which reads the address from waitress's log.
"""

import logging

import waitress
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import Http404, JsonResponse
from django.urls import path

PRODUCTS = [
    {"id": 1, "name": "Cup", "price": 12.5},
    {"id": 2, "name": "Cup &amp; <b>Saucer</b>", "price": "19.90"},
    {"id": 3, "name": "Jug", "price": None},
]


def search(request):
    query = request.GET["q"].lower()
    return JsonResponse([row for row in PRODUCTS if query in row["name"].lower()], safe=False)


def status(request, order_id):
    if order_id != "7":
        raise Http404
    return JsonResponse({"status": "shipped"})


settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="tests only")
urlpatterns = [
    path("api/products/search/", search),
    path("api/orders/<str:order_id>/status/", status),
]

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    waitress.serve(get_wsgi_application(), listen="127.0.0.1:0")
