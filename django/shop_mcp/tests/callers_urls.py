"""The bookshop for callers of an MCP server, each as themselves."""

from django.urls import include, path
from rest_framework.authentication import TokenAuthentication

from shop_mcp.assertions import AssertionAuthentication
from shop_mcp.tests.bookshop.api import Books, Purchases
from shop_mcp.urls import shop_urls, token_urls
from shop_mcp.views import UserViewSet


class CallersPurchases(Purchases):
    authentication_classes = [TokenAuthentication, AssertionAuthentication]


urlpatterns = [path("api/", include([*shop_urls(Books, CallersPurchases, UserViewSet), *token_urls()]))]
