from django.urls import include, path

from shop_mcp.tests.bookshop.api import Books, Purchases
from shop_mcp.urls import shop_urls
from shop_mcp.views import UserViewSet

urlpatterns = [path("api/", include(shop_urls(Books, Purchases, UserViewSet)))]
