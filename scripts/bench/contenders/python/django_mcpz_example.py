"""django-mcpz in a Django of one file: the server is a view. It asks the same shop as the others, with httpx."""

import os

import django
import httpx
import msgspec
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path
from django_mcpz.server import MCPServer, public

settings.configure(
    SECRET_KEY="of-a-benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["django_mcpz"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF=__name__,
)
django.setup()

server = MCPServer(name="shop", version="1.0.0", auth=public)
shop = httpx.Client(base_url=os.environ["DJANGO_API_BASE"])


class Search(msgspec.Struct):
    query: str
    limit: int = 10


class Order(msgspec.Struct):
    order_id: str


class Price(msgspec.Struct):
    amount: str
    currency: str


class Product(msgspec.Struct):
    product_id: str
    name: str
    category: str
    price: Price
    available: bool
    url: str
    image: str


class Page(msgspec.Struct):
    count: int
    next: str | None
    previous: str | None
    results: list[Product]


class Status(msgspec.Struct):
    order_id: str
    status: str
    placed_at: str
    updated_at: str
    estimated_delivery: str
    tracking_ids: list[str]


def get(as_type, path: str, **params):
    answer = shop.get(path, params=params)
    answer.raise_for_status()
    return msgspec.json.decode(answer.content, type=as_type)


@server.tool(description="Find products by words, with their prices.", read_only=True)
def search_products(request, params: Search) -> Page:
    return get(Page, "/api/products/search/", q=params.query, limit=params.limit)


@server.tool(description="The status of one order.", read_only=True)
def get_order_status(request, params: Order) -> Status:
    return get(Status, f"/api/orders/{params.order_id}/status/")


urlpatterns = [path("mcp", server)]
application = get_wsgi_application()
