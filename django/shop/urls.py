from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shop import views


class IdConverter(StringConverter):
    """An id in a path. None holds a NUL, and PostgreSQL refuses to look for one: it becomes the
    character that stands for what cannot be, which no id holds either."""

    def to_python(self, value):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


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
    path("customers/", views.CustomerListView.as_view()),
    path("customers/<id:customer_id>/", views.CustomerView.as_view()),
    path("customers/<id:customer_id>/address/", views.CustomerAddressView.as_view()),
    path("support/requests/", views.SupportRequestsView.as_view()),
    path("shop/", views.ShopView.as_view()),
]
