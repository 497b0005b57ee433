"""The URLs of the API, included below /api/ by project/urls.py."""

from django.urls import path

from shop import views
from shop_mcp.urls import viewset_urls

urlpatterns = [
    *viewset_urls(views.ProductViews),
    *viewset_urls(views.OrderViews),
    *viewset_urls(views.CustomerViews),
    path("customers/<shop_mcp_id:customer_id>/address/", views.CustomerViews.as_view({"patch": "address"})),
    path("support/requests/", views.SupportRequestsView.as_view()),
    path("shop/", views.ShopView.as_view()),
]
