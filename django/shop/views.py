"""The endpoints. Whoever asks sees their own orders and profile; staff see everybody's."""

from django.db.models import Subquery
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAdminUser

from shop import serializers
from shop.models import Customer, Order, Product, Shop
from shop.pagination import CursorPages


class PageView(generics.ListAPIView):
    """A cursor page of rows, in the view's `ordering`; what is asked is checked by `query_class`."""

    pagination_class = CursorPages
    query_class = serializers.PageQuery

    @cached_property
    def query(self):
        query = self.query_class(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data


@extend_schema(parameters=[serializers.ProductQuery])
class ProductSearchView(PageView):
    """A page of products that hold every word of `q` in name, category, options or description."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ProductRowSerializer
    query_class = serializers.ProductQuery

    @property
    def ordering(self):
        column = self.query["ordering"]
        return ("name_key" if column == "name" else column, "product_id")

    def get_queryset(self):
        query = self.query
        products = Product.objects.search(query["q"])
        if query["category"]:
            products = products.filter(category_key=query["category"].lower())
        if "min_price" in query:
            products = products.filter(price__gte=query["min_price"])
        if "max_price" in query:
            products = products.filter(price__lte=query["max_price"])
        if query["in_stock"]:
            products = products.filter(available=True)
        return products


class ProductView(generics.RetrieveAPIView):
    """One product with every item (variant) it is sold as."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ProductSerializer
    queryset = Product.objects.prefetch_related("items")
    lookup_field = "product_id"


@extend_schema(parameters=[serializers.OrderQuery])
class OrderListView(PageView):
    """A page of orders, newest first: the caller's own, or for staff everybody's or one customer's."""

    serializer_class = serializers.OrderRowSerializer
    query_class = serializers.OrderQuery
    ordering = ("-placed_at", "order_id")

    def get_queryset(self):
        user, customer = self.request.user, self.query["customer"]
        orders = Order.objects.visible_to(user).prefetch_related("lines")
        if customer == "me":
            orders = orders.filter(customer__user=user)
        elif customer:
            if not user.is_staff and not Customer.objects.filter(user=user, pk=customer).exists():
                raise PermissionDenied
            orders = orders.filter(customer=customer)
        if "status" in self.query:
            orders = orders.filter(status=self.query["status"])
        return orders


class OrderView(generics.RetrieveAPIView):
    """One order: what was bought, paid and sent, and what the shop allows now."""

    serializer_class = serializers.OrderSerializer
    lookup_field = "order_id"

    def get_queryset(self):
        return Order.objects.visible_to(self.request.user).prefetch_related("lines", "payments", "shipments")


class OrderStatusView(generics.RetrieveAPIView):
    """Where one order is."""

    serializer_class = serializers.OrderStatusSerializer
    lookup_field = "order_id"

    def get_queryset(self):
        return Order.objects.visible_to(self.request.user).prefetch_related("shipments")


@extend_schema(parameters=[serializers.CustomerQuery])
class CustomerListView(PageView):
    """A page of customers who match everything that is asked, for staff."""

    permission_classes = [IsAdminUser]
    serializer_class = serializers.CustomerRowSerializer
    query_class = serializers.CustomerQuery
    ordering = ("customer_id",)

    def get_queryset(self):
        return Customer.objects.matching(**self.query["wanted"])


class CustomerView(generics.RetrieveAPIView):
    """A customer's profile, address and payment methods. `me` is the caller."""

    serializer_class = serializers.CustomerSerializer
    lookup_field = "customer_id"

    def get_queryset(self):
        customers = Customer.objects.visible_to(self.request.user).prefetch_related("payment_methods")
        return customers.annotate(currency=Subquery(Shop.objects.values("currency")[:1]))  # of the balances

    def get_object(self):
        if self.kwargs["customer_id"] == "me":
            return generics.get_object_or_404(self.get_queryset(), user=self.request.user)
        return super().get_object()


class ShopView(generics.RetrieveAPIView):
    """Who the shop is, what it sells and how it treats people."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ShopSerializer

    def get_object(self):
        return Shop.objects.first() or Shop()
