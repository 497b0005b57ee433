"""The endpoints, routed by urls.py: the viewsets of the app shop_mcp on the models of this shop, and two more.
Customers see their own orders and profile; staff see everyone's.

Reads are queries of models.py. A change calls changes.py, which applies rules.py and stores what they make of the
order; a preview applies rules.py alone.
"""

from django.db.models import Subquery
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from shop_mcp import bodies, versions, views
from shop_mcp.changes import change
from shop_mcp.idempotency import idempotent
from shop_mcp.serializers import DetailSerializer, RefusalSerializer

from shop import changes, rules, serializers
from shop.models import Customer, Order, PaymentMethod, Product, Shop

# How writes are described in the OpenAPI document.

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
    401: OpenApiResponse(DetailSerializer, "The token is missing or invalid."),
    404: OpenApiResponse(DetailSerializer, "It does not exist, or the caller may not see it."),
    409: OpenApiResponse(
        RefusalSerializer,
        "A rule of the shop forbids it, or the key was used for another request.",
    ),
}
MISMATCH = {412: OpenApiResponse(RefusalSerializer, "It has another version than If-Match names.")}


def describe_write(answer, status=200, is_versioned=True):
    """Describe a write in the OpenAPI document. `answer` is the serializer of the answer, `status` that of success."""
    parameters = [IDEMPOTENCY_KEY_HEADER, *([IF_MATCH_HEADER] if is_versioned else [])]
    responses = {status: answer, **REFUSALS, **(MISMATCH if is_versioned else {})}
    return extend_schema(parameters=parameters, responses=responses)


def write_endpoint(answer, **description):
    """Decorate a view's method: `@idempotent`, and described in the OpenAPI document."""
    describe = describe_write(answer, **description)
    return lambda method: describe(idempotent(method))


# Products and orders.


@extend_schema_view(list=extend_schema(parameters=[bodies.ProductQuery]))
class ProductViews(views.ProductViewSet):
    queryset = Product.objects.prefetch_related("items")
    serializer_class = serializers.ProductSerializer

    @property
    def ordering(self):
        column = self.validated_query["ordering"]
        return ("name_key" if column == "name" else column, "product_id")

    def found(self):
        """Products that contain every word of `q` in their name, category, options or description."""
        query = self.validated_query
        products = Product.objects.search(query["q"])
        if query["category"]:
            products = products.filter(category_key=query["category"].lower())
        return products.filter(*self.conditions({**query, "category": ""}))


describe_change = describe_write(serializers.OrderSerializer)


def preview(kind):
    """What `kind` would make of an order. Nothing is stored or locked."""

    def changed_order(view, order, **body):
        methods = PaymentMethod.objects.filter(customer=order.customer_id)
        return rules.changed_order(order, kind, {method.payment_method_id: method for method in methods}, body)

    return changed_order


@extend_schema_view(list=extend_schema(parameters=[bodies.OrderQuery]))
class OrderViews(views.OrderViewSet):
    queryset = Order.objects.all()
    serializer_class = serializers.OrderSerializer
    owner = "customer__user"
    related = {"list": ["lines"], "status": ["shipments"]}

    def get_queryset(self):
        related = self.related.get(self.action, ["lines", "payments", "shipments"])
        return super().get_queryset().prefetch_related(*related)

    def of_customer(self, orders, customer):
        user = self.request.user
        if not user.is_staff and not Customer.objects.filter(user=user, pk=customer).exists():
            raise PermissionDenied
        return orders.filter(customer=customer)

    @describe_change
    @change(preview=preview("cancel"))
    def cancel(self, order, **body):
        """Cancel a pending order. What was paid is refunded to the original payment methods."""
        return changes.change_order(order, "cancel", body)

    @describe_change
    @change(preview=preview("address"))
    def address(self, order, **body):
        """Change the address of a pending order."""
        return changes.change_order(order, "address", body)

    @describe_change
    @change(preview=preview("items"))
    def items(self, order, **body):
        """Replace items of a pending order, once, by others of the same products. The difference is charged or
        refunded."""
        return changes.change_order(order, "items", body)

    @describe_change
    @change(preview=preview("payment"))
    def payment(self, order, **body):
        """Charge a pending order to another payment method. The previous one is refunded."""
        return changes.change_order(order, "payment", body)

    @describe_change
    @change(preview=preview("returns"))
    def returns(self, order, **body):
        """Request the return of items of a delivered order."""
        return changes.change_order(order, "returns", body)

    @describe_change
    @change(preview=preview("exchanges"))
    def exchanges(self, order, **body):
        """Request the exchange of items of a delivered order for others of the same products."""
        return changes.change_order(order, "exchanges", body)

    @extend_schema(responses={200: serializers.OrderSerializer, **REFUSALS})
    def preview(self, request, order_id):
        """The order as it would be after a change. Nothing is stored; what refuses the change refuses this."""
        return super().preview(request, order_id)


# Customers.


@extend_schema_view(list=extend_schema(parameters=[bodies.CustomerQuery]))
class CustomerViews(views.CustomerViewSet):
    queryset = Customer.objects.prefetch_related("payment_methods")
    serializer_class = serializers.CustomerSerializer
    owner = "user"

    def get_queryset(self):
        currency = Subquery(Shop.objects.values("currency")[:1])  # of gift card balances
        return super().get_queryset().annotate(currency=currency)

    def get_serializer_class(self):
        return bodies.ChangeAddressBody if self.action == "address" else super().get_serializer_class()

    def matching(self, **values):
        return Customer.objects.matching(**values)

    @write_endpoint(serializers.CustomerSerializer)
    def address(self, request, customer_id):
        """Change the address of a customer, but not that of existing orders. `me` is the caller."""
        self.queryset = self.queryset.select_for_update(of=("self",))
        customer = self.get_object()
        if "If-Match" in request.headers:
            versions.require_match(request, serializers.CustomerSerializer(customer).data["version"])
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        changes.change_customer_address(customer, **body.validated_data)
        return Response(serializers.CustomerSerializer(customer).data)


# The shop.


class ShopView(generics.RetrieveAPIView):
    """The name of the shop, its categories, policies and support hours."""

    permission_classes = [AllowAny]
    serializer_class = serializers.ShopSerializer

    def get_object(self):
        return Shop.objects.first() or Shop()


class WriteView(generics.GenericAPIView):
    """`serializer_class` validates the body."""

    def validated_body(self):
        body = self.get_serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data


class SupportRequestsView(WriteView):
    """Send a message to the shop's staff by mail, about an order or in general."""

    serializer_class = serializers.SupportBody

    @write_endpoint(serializers.SupportRequestSerializer, status=201, is_versioned=False)
    def post(self, request):
        customer, body = generics.get_object_or_404(Customer, user=request.user), self.validated_body()
        support_request = changes.create_support_request(customer, **body)
        return Response(serializers.SupportRequestSerializer(support_request).data, status=201)
