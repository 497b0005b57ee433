"""The pictures of products, from the folder MEDIA_ROOT.

A shop with many visitors has its web server deliver them, with the same headers.
"""

from django.conf import settings
from django.urls import re_path
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def picture(request, name):
    response = serve(request, name, document_root=settings.MEDIA_ROOT)
    # An SVG can hold scripts; opened as a page of its own, this one runs none.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # for views inside a host
    response["Cache-Control"] = "public, max-age=3600"
    return response


urlpatterns = [re_path(r"^media/(?P<name>[\w-]+\.svg)\Z", picture)]
