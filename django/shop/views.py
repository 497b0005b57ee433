"""The endpoints, routed by urls.py. Customers see their own orders and profile; staff see everyone's.

Reads are queries of models.py. Writes validate the body and call changes.py, which applies rules.py; a preview
applies rules.py alone.
"""

from django.db.models import Subquery
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.response import Response

from shop import changes, rules, serializers, versions
from shop.idempotency import canonical_body, idempotent
from shop.models import Customer, Order, PaymentMethod, Product, Shop
from shop.pagination import ShopCursorPagination


class PaginatedView(generics.ListAPIView):
    """A page of rows in the order of `ordering`. `query_class` validates the query string."""

    pagination_class = ShopCursorPagination
    query_class = serializers.PageQuery

    @cached_property
    def validated_query(self):
        query = self.query_class(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data


@extend_schema(parameters=[serializers.ProductQuery])
class ProductSearchView(PaginatedView):
    """Products that contain every word of `q` in their name, category, options or description."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ProductRowSerializer
    query_class = serializers.ProductQuery

    @property
    def ordering(self):
        column = self.validated_query["ordering"]
        return ("name_key" if column == "name" else column, "product_id")

    def get_queryset(self):
        query = self.validated_query
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
    """A product with its items (variants)."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ProductSerializer
    queryset = Product.objects.prefetch_related("items")
    lookup_field = "product_id"


@extend_schema(parameters=[serializers.OrderQuery])
class OrderListView(PaginatedView):
    """Orders, newest first: the caller's own, or for staff those of one customer or of all."""

    serializer_class = serializers.OrderRowSerializer
    query_class = serializers.OrderQuery
    ordering = ("-placed_at", "order_id")

    def get_queryset(self):
        user, customer = self.request.user, self.validated_query["customer"]
        orders = Order.objects.visible_to(user).prefetch_related("lines")
        if customer == "me":
            orders = orders.filter(customer__user=user)
        elif customer:
            if not user.is_staff and not Customer.objects.filter(user=user, pk=customer).exists():
                raise PermissionDenied
            orders = orders.filter(customer=customer)
        if "status" in self.validated_query:
            orders = orders.filter(status=self.validated_query["status"])
        return orders


class VersionedView(generics.RetrieveAPIView):
    """The version in the answer is its `ETag`, too."""

    def retrieve(self, request, *args, **kwargs):
        response = super().retrieve(request, *args, **kwargs)
        response["ETag"] = versions.etag(response.data["version"])
        return response


def orders_in_full(user):
    return Order.objects.visible_to(user).prefetch_related("lines", "payments", "shipments")


class OrderView(VersionedView):
    """An order: what was bought, paid and shipped, and what can be done with it now."""

    serializer_class = serializers.OrderSerializer
    lookup_field = "order_id"

    def get_queryset(self):
        return orders_in_full(self.request.user)


class OrderStatusView(generics.RetrieveAPIView):
    """The status and the tracking ids of an order."""

    serializer_class = serializers.OrderStatusSerializer
    lookup_field = "order_id"

    def get_queryset(self):
        return Order.objects.visible_to(self.request.user).prefetch_related("shipments")


@extend_schema(parameters=[serializers.CustomerQuery])
class CustomerListView(PaginatedView):
    """Search for customers, for staff. Every given field must match."""

    permission_classes = [IsAdminUser]
    serializer_class = serializers.CustomerRowSerializer
    query_class = serializers.CustomerQuery
    ordering = ("customer_id",)

    def get_queryset(self):
        return Customer.objects.matching(**self.validated_query["match"])


class CustomerLookupMixin:
    """Looks up the customer in the path, among those the caller may see. `me` is the caller."""

    lookup_field = "customer_id"

    def get_queryset(self):
        customers = Customer.objects.visible_to(self.request.user).prefetch_related("payment_methods")
        return customers.annotate(currency=Subquery(Shop.objects.values("currency")[:1]))  # of gift card balances

    def get_object(self):
        if self.kwargs["customer_id"] == "me":
            return generics.get_object_or_404(self.get_queryset(), user=self.request.user)
        return super().get_object()


class CustomerView(CustomerLookupMixin, VersionedView):
    """A customer's profile, address and payment methods. `me` is the caller."""

    serializer_class = serializers.CustomerSerializer


class ShopView(generics.RetrieveAPIView):
    """The name of the shop, its categories, policies and support hours."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ShopSerializer

    def get_object(self):
        return Shop.objects.first() or Shop()


# Writes.

IDEMPOTENCY_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A new key for each change. Send the same key again if it is unclear whether a change was made.",
)


IF_MATCH_HEADER = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The version that is to be changed, as in its `ETag`: `"…"`. Any version if it is left out.',
)
REFUSALS = {
    400: OpenApiResponse(
        OpenApiTypes.OBJECT,
        "Errors by field, `{detail}` for invalid JSON, or `{detail, code}` for a missing key.",
    ),
    401: OpenApiResponse(serializers.DetailSerializer, "The token is missing or invalid."),
    404: OpenApiResponse(serializers.DetailSerializer, "It does not exist, or the caller may not see it."),
    409: OpenApiResponse(
        serializers.RefusalSerializer,
        "A rule of the shop forbids it, or the key was used for another request.",
    ),
}
MISMATCH = {412: OpenApiResponse(serializers.RefusalSerializer, "It has another version than If-Match names.")}


def write_endpoint(answer, status=200, is_versioned=True):
    """Decorate a view's method: `@idempotent`, and described in the OpenAPI document.

    `answer` is the serializer of the answer, `status` that of success.
    """
    parameters = [IDEMPOTENCY_KEY_HEADER, *([IF_MATCH_HEADER] if is_versioned else [])]
    responses = {status: answer, **REFUSALS, **(MISMATCH if is_versioned else {})}
    describe = extend_schema(parameters=parameters, responses=responses)
    return lambda method: describe(idempotent(method))


class WriteView(generics.GenericAPIView):
    """`serializer_class` validates the body."""

    def validated_body(self):
        body = self.get_serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data


class OrderChangeView(WriteView):
    """A change of rules.py. The order is locked, so a second change waits and sees the result of the first."""

    kind: str
    lookup_field = "order_id"

    def get_queryset(self):
        return orders_in_full(self.request.user).select_for_update(of=("self",))

    def change(self):
        """Make the change, and answer with the order as it is then."""
        order = self.get_object()
        require_match(self.request, serializers.OrderSerializer(order))
        changed = changes.change_order(order, self.kind, self.validated_body())
        return Response(serializers.OrderSerializer(changed).data)


def require_match(request, serializer):
    """Raise `VersionMismatch` if the request is for another version of what is serialized."""
    if "If-Match" in request.headers:
        versions.require_match(request, serializer.data["version"])


class CancelOrderView(OrderChangeView):
    """Cancel a pending order. What was paid is refunded to the original payment methods."""

    kind = "cancel"
    serializer_class = serializers.CancelBody

    @write_endpoint(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.change()


class OrderAddressView(OrderChangeView):
    """Change the address of a pending order."""

    kind = "address"
    serializer_class = serializers.ChangeAddressBody

    @write_endpoint(serializers.OrderSerializer)
    def patch(self, request, order_id):
        return self.change()


class OrderItemsView(OrderChangeView):
    """Replace items of a pending order, once, by others of the same products. The difference is charged or refunded."""

    kind = "items"
    serializer_class = serializers.ReplaceItemsBody

    @write_endpoint(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.change()


class OrderPaymentView(OrderChangeView):
    """Charge a pending order to another payment method. The previous one is refunded."""

    kind = "payment"
    serializer_class = serializers.ChangePaymentBody

    @write_endpoint(serializers.OrderSerializer)
    def patch(self, request, order_id):
        return self.change()


class OrderReturnsView(OrderChangeView):
    """Request the return of items of a delivered order."""

    kind = "returns"
    serializer_class = serializers.ReturnBody

    @write_endpoint(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.change()


class OrderExchangesView(OrderChangeView):
    """Request the exchange of items of a delivered order for others of the same products."""

    kind = "exchanges"
    serializer_class = serializers.ReplaceItemsBody

    @write_endpoint(serializers.OrderSerializer)
    def post(self, request, order_id):
        return self.change()


BODIES = {view.kind: view.serializer_class for view in OrderChangeView.__subclasses__()}


class OrderPreviewsView(WriteView):
    """The order as it would be after a change. Nothing is stored or locked; what refuses the change refuses this."""

    lookup_field = "order_id"
    serializer_class = serializers.PreviewBody

    def get_queryset(self):
        return orders_in_full(self.request.user)

    @extend_schema(responses={200: serializers.OrderSerializer, **REFUSALS})
    def post(self, request, order_id):
        canonical_body(request)  # JSON that cannot be read is refused first, as by the change
        order, preview = self.get_object(), self.validated_body()
        body = BODIES[preview["change"]](data=preview["body"])
        body.is_valid(raise_exception=True)
        methods = PaymentMethod.objects.filter(customer=order.customer_id)
        by_id = {method.payment_method_id: method for method in methods}
        changed = rules.changed_order(order, preview["change"], by_id, body.validated_data)
        return Response(serializers.OrderSerializer(changed).data)


class CustomerAddressView(CustomerLookupMixin, WriteView):
    """Change the address of a customer, but not that of existing orders. `me` is the caller."""

    serializer_class = serializers.ChangeAddressBody

    def get_queryset(self):
        return super().get_queryset().select_for_update(of=("self",))

    @write_endpoint(serializers.CustomerSerializer)
    def patch(self, request, customer_id):
        customer = self.get_object()
        require_match(request, serializers.CustomerSerializer(customer))
        changes.change_customer_address(customer, **self.validated_body())
        return Response(serializers.CustomerSerializer(customer).data)


class SupportRequestsView(WriteView):
    """Send a message to the shop's staff by mail, about an order or in general."""

    serializer_class = serializers.SupportBody

    @write_endpoint(serializers.SupportRequestSerializer, status=201, is_versioned=False)
    def post(self, request):
        customer, body = generics.get_object_or_404(Customer, user=request.user), self.validated_body()
        support_request = changes.create_support_request(customer, **body)
        return Response(serializers.SupportRequestSerializer(support_request).data, status=201)
