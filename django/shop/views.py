"""The endpoints. Whoever asks sees their own orders and profile; staff see everybody's."""

from django.db.models import Subquery
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.response import Response

from shop import changes, serializers
from shop.idempotency import once
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


class CustomerLookup:
    """The customer of the path, as far as the caller may see one. `me` is the caller."""

    lookup_field = "customer_id"

    def get_queryset(self):
        customers = Customer.objects.visible_to(self.request.user).prefetch_related("payment_methods")
        return customers.annotate(currency=Subquery(Shop.objects.values("currency")[:1]))  # of the balances

    def get_object(self):
        if self.kwargs["customer_id"] == "me":
            return generics.get_object_or_404(self.get_queryset(), user=self.request.user)
        return super().get_object()


class CustomerView(CustomerLookup, generics.RetrieveAPIView):
    """A customer's profile, address and payment methods. `me` is the caller."""

    serializer_class = serializers.CustomerSerializer


class ShopView(generics.RetrieveAPIView):
    """Who the shop is, what it sells and how it treats people."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ShopSerializer

    def get_object(self):
        return Shop.objects.first() or Shop()


# Writes. Each happens once per Idempotency-Key; rules.py says when, changes.py what.

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each new change; the same again when it is unclear whether a change arrived.",
)


def write(answer, status=200):
    """A method that happens once, and says so in the OpenAPI document."""
    responses = {
        status: answer,
        400: OpenApiResponse(
            OpenApiTypes.OBJECT, "Sentences by field, or `{detail}` for no JSON, or `{detail, code}` for no key."
        ),
        401: OpenApiResponse(serializers.DetailSerializer, "No token, or a wrong one."),
        404: OpenApiResponse(serializers.DetailSerializer, "Nothing there that the caller may see."),
        409: OpenApiResponse(serializers.RefusalSerializer, "A rule of the shop forbids it, or the key was used."),
    }
    describe = extend_schema(parameters=[IDEMPOTENCY_KEY], responses=responses)
    return lambda method: describe(once(method))


class WriteView(generics.GenericAPIView):
    """`serializer_class` is what the body may say."""

    def body(self):
        body = self.get_serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data


class OrderWriteView(WriteView):
    """A change of one order, locked meanwhile: a second change waits, and finds what the first left."""

    lookup_field = "order_id"

    def get_queryset(self):
        return Order.objects.visible_to(self.request.user).select_for_update(of=("self",))

    def apply(self, change):
        order, body = self.get_object(), self.body()
        change(order, **body)
        whole = Order.objects.prefetch_related("lines", "payments", "shipments").get(pk=order.pk)
        return Response(serializers.OrderSerializer(whole).data)


class CancelOrderView(OrderWriteView):
    """Cancel a pending order: what was paid goes back to where it came from."""

    serializer_class = serializers.CancelBody

    @write(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.apply(changes.cancel)


class OrderAddressView(OrderWriteView):
    """Change where a pending order is sent."""

    serializer_class = serializers.ChangeAddressBody

    @write(serializers.OrderSerializer)
    def patch(self, request, order_id):
        return self.apply(changes.change_address)


class OrderItemsView(OrderWriteView):
    """Replace items of a pending order, once, by others of the same products; the difference is paid or refunded."""

    serializer_class = serializers.ReplaceItemsBody

    @write(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.apply(changes.change_items)


class OrderPaymentView(OrderWriteView):
    """Pay a pending order by another method; the old one is refunded."""

    serializer_class = serializers.ChangePaymentBody

    @write(serializers.OrderSerializer)
    def patch(self, request, order_id):
        return self.apply(changes.change_payment)


class OrderReturnsView(OrderWriteView):
    """Ask to return items of a delivered order."""

    serializer_class = serializers.ReturnBody

    @write(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.apply(changes.request_return)


class OrderExchangesView(OrderWriteView):
    """Ask to exchange items of a delivered order for others of the same products."""

    serializer_class = serializers.ReplaceItemsBody

    @write(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.apply(changes.request_exchange)


class CustomerAddressView(CustomerLookup, WriteView):
    """Change the address of a customer; orders keep theirs. `me` is the caller."""

    serializer_class = serializers.ChangeAddressBody

    def get_queryset(self):
        return super().get_queryset().select_for_update(of=("self",))

    @write(serializers.CustomerSerializer)
    def patch(self, request, customer_id):
        customer, body = self.get_object(), self.body()
        changes.change_customer_address(customer, **body)
        return Response(serializers.CustomerSerializer(customer).data)


class SupportRequestsView(WriteView):
    """Write to the people of the shop, about an order or not; they are sent an e-mail."""

    serializer_class = serializers.SupportBody

    @write(serializers.SupportRequestSerializer, status=201)
    def post(self, request):
        customer, body = generics.get_object_or_404(Customer, user=request.user), self.body()
        stored = changes.request_support(customer, **body)
        return Response(serializers.SupportRequestSerializer(stored).data, status=201)
