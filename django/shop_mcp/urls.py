"""The contract's paths to your viewsets:

    urlpatterns = [path("api/", include(shop_urls(Books, Orders)))]

`shop_urls` takes a `ProductViewSet`, an `OrderViewSet` and a `CustomerViewSet` (`views.UserViewSet` is one that is
ready), or only some of them, and adds the shop itself (`shop/`) and an OpenAPI document of what there is
(`schema/`). `token_urls()` adds tokens for shoppers who are signed in to the shop (tokens.py).
"""

from django.urls import path, register_converter
from django.urls.converters import get_converters

from shop_mcp import tokens, views
from shop_mcp.converters import IdConverter
from shop_mcp.schema import SchemaView

if "shop_mcp_id" not in get_converters():
    register_converter(IdConverter, "shop_mcp_id")

# The kinds of viewsets, with the actions at their paths.
ROUTES = {
    views.ProductViewSet: {
        "products/search/": {"get": "list"},
        "products/<shop_mcp_id:product_id>/": {"get": "retrieve"},
    },
    views.OrderViewSet: {
        "orders/": {"get": "list"},
        "orders/<shop_mcp_id:order_id>/": {"get": "retrieve"},
        "orders/<shop_mcp_id:order_id>/status/": {"get": "status"},
    },
    views.CustomerViewSet: {
        "customers/": {"get": "list"},
        "customers/<shop_mcp_id:customer_id>/": {"get": "retrieve"},
    },
}


def routes_of(viewset):
    """The actions of a viewset by path and method. Raises `TypeError` for what is no viewset of views.py."""
    kind = next((kind for kind in ROUTES if isinstance(viewset, type) and issubclass(viewset, kind)), None)
    if not kind:
        raise TypeError(f"{viewset!r} inherits from none of {', '.join(kind.__name__ for kind in ROUTES)}.")
    routes, changes = dict(ROUTES[kind]), getattr(viewset, "changes", {})
    order = "orders/<shop_mcp_id:order_id>/"
    for name, change in changes.items():
        routes[f"{order}{name}/"] = {change.kind.method: name}
    if any(change.preview for change in changes.values()):
        routes[f"{order}previews/"] = {"post": "preview"}
    return routes


def viewset_urls(viewset):
    """The paths of one viewset alone."""
    return [path(route, viewset.as_view(actions)) for route, actions in routes_of(viewset).items()]


def shop_urls(*viewsets):
    """The paths of a shop."""
    products = next((one for one in viewsets if issubclass(one, views.ProductViewSet)), None)
    return [
        *(one for viewset in viewsets for one in viewset_urls(viewset)),
        path("shop/", views.ShopView.as_view(products=products)),
        path("schema/", SchemaView.as_view(viewsets=viewsets)),
    ]


def token_urls():
    """The paths of tokens.py."""
    return [path("mcp/token/", tokens.TokenView.as_view()), path("mcp/keys/", tokens.KeysView.as_view())]
