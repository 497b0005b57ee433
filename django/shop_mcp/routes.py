"""Where a project has put the viewsets of views.py. Read by checks.py and by the doctor."""

from django.conf import settings
from django.urls import URLResolver, get_resolver

from shop_mcp import views


def found_views(resolver=None, prefix="/"):
    """Yield `(path, view class)` for every route to a view class, such as `("/api/orders/", Orders)`."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")  # of re_path
        if isinstance(pattern, URLResolver):
            yield from found_views(pattern, path)
        elif cls := getattr(pattern.callback, "cls", None):
            yield path, cls


def found_viewsets():
    """The viewsets of views.py that have a URL, each once, with the first of its paths."""
    found = {}
    for path, cls in found_views():
        if isinstance(cls, type) and issubclass(cls, views.RecordViewSet):
            found.setdefault(cls, path)
    return found
