"""The URLs of the API, included below /api/ by project/urls.py."""

from django.urls import path, register_converter

from shop import views
from shop.converters import IdConverter

register_converter(IdConverter, "id")

urlpatterns = [
    path("products/search/", views.ProductSearchView.as_view()),
    path("products/<id:product_id>/", views.ProductView.as_view()),
    path("orders/", views.OrderListView.as_view()),
    path("orders/<id:order_id>/", views.OrderView.as_view()),
    path("orders/<id:order_id>/status/", views.OrderStatusView.as_view()),
    path("orders/<id:order_id>/cancel/", views.CancelOrderView.as_view()),
    path("orders/<id:order_id>/address/", views.OrderAddressView.as_view()),
    path("orders/<id:order_id>/items/", views.OrderItemsView.as_view()),
    path("orders/<id:order_id>/payment/", views.OrderPaymentView.as_view()),
    path("orders/<id:order_id>/returns/", views.OrderReturnsView.as_view()),
    path("orders/<id:order_id>/exchanges/", views.OrderExchangesView.as_view()),
    path("orders/<id:order_id>/previews/", views.OrderPreviewsView.as_view()),
    path("customers/", views.CustomerListView.as_view()),
    path("customers/<id:customer_id>/", views.CustomerView.as_view()),
    path("customers/<id:customer_id>/address/", views.CustomerAddressView.as_view()),
    path("support/requests/", views.SupportRequestsView.as_view()),
    path("shop/", views.ShopView.as_view()),
]
