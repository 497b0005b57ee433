"""The serializers of views.py: what an answer contains, made of those of the app shop_mcp. The bodies of changes and
the query strings are the contract's, in shop_mcp/bodies.py."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from shop_mcp import bodies
from shop_mcp import serializers as shop_mcp

from shop import rules
from shop.models import (
    Customer,
    Item,
    Line,
    Order,
    Payment,
    PaymentMethod,
    Product,
    Shipment,
    Shop,
    SupportRequest,
)  # fmt: skip

# Fields.


def money_field(**options):
    return serializers.DecimalField(max_digits=10, decimal_places=2, **options)


def text_list_field():
    return serializers.ListField(child=serializers.CharField())


def text_dict_field():
    return serializers.DictField(child=serializers.CharField())


class SupportBody(serializers.Serializer):
    subject = bodies.text200_field()
    message = serializers.CharField(max_length=4000)
    order_id = bodies.id_field(required=False, allow_null=True)


# Answers.


class AddressSerializer(serializers.Serializer):
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()


class ItemSerializer(shop_mcp.ItemSerializer):
    model = Item
    sources = {"item_id": "item_id", "price": "price"}


class ProductSerializer(shop_mcp.ProductSerializer):
    model = Product
    items = ItemSerializer(many=True)
    sources = {"price": "price"}


class LineSerializer(shop_mcp.LineSerializer):
    model = Line
    sources = {"item_id": "item_id", "product_id": "product_id", "price": "price"}


class PaymentSerializer(shop_mcp.PaymentSerializer):
    model = Payment
    sources = {"amount": "amount", "payment_method_id": "payment_method_id"}


class ShipmentSerializer(shop_mcp.ShipmentSerializer):
    model = Shipment


class TimelineEntrySerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.ChoiceField(Order.Status.choices)
    note = serializers.CharField(allow_null=True)


class ReturnSerializer(serializers.Serializer):
    item_ids = text_list_field()
    payment_method_id = serializers.CharField()
    amount = money_field(allow_null=True)


class ExchangeSerializer(serializers.Serializer):
    item_ids = text_list_field()
    new_item_ids = text_list_field()
    payment_method_id = serializers.CharField()
    price_difference = money_field()


class ChangeSerializer(serializers.Serializer):
    """What a change did: the payments that it added, and their sum, below zero if it refunded."""

    kind = serializers.CharField()
    payments = PaymentSerializer(many=True)
    amount = serializers.DecimalField(max_digits=17, decimal_places=2, allow_null=True)


def tracking_ids(order):
    return [tracking_id for shipment in order.shipments.all() for tracking_id in shipment.tracking_ids]


class OrderSerializer(shop_mcp.OrderSerializer):
    model = Order
    total = serializers.DecimalField(max_digits=17, decimal_places=2)
    address = AddressSerializer()
    lines = LineSerializer(many=True, source="all_lines")
    payments = PaymentSerializer(many=True, source="all_payments")
    shipments = ShipmentSerializer(many=True)
    timeline = TimelineEntrySerializer(many=True, allow_null=True)
    vars()["return"] = ReturnSerializer(source="return_entry", allow_null=True)  # a Python keyword
    exchange = ExchangeSerializer(source="exchange_request", allow_null=True)
    change = ChangeSerializer(allow_null=True)
    sources = {
        "order_number": "order_number",
        "customer_id": "customer_id",
        "tracking_ids": tracking_ids,
        "can_cancel": rules.can_cancel,
        "can_change": rules.can_change,
        "can_change_address": rules.can_change_address,
        "can_return": rules.can_return,
    }


class PaymentMethodSerializer(shop_mcp.PaymentMethodSerializer):
    model = PaymentMethod
    sources = {"payment_method_id": "payment_method_id", "balance": "balance"}


class CustomerSerializer(shop_mcp.CustomerSerializer):
    model = Customer
    address = AddressSerializer()
    currency = serializers.CharField()
    payment_methods = PaymentMethodSerializer(many=True)


class SupportRequestSerializer(serializers.ModelSerializer):
    customer_id = serializers.CharField()
    order_id = serializers.CharField(allow_null=True)

    class Meta:
        model = SupportRequest
        fields = ["request_id", "customer_id", "subject", "message", "order_id"]
        read_only_fields = fields


class CategorySerializer(serializers.Serializer):
    name = serializers.CharField(source="category")
    count = serializers.IntegerField()


class ShopSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()
    policies = text_dict_field()

    class Meta:
        model = Shop
        fields = ["name", "currency", "categories", "policies", "support_hours"]
        read_only_fields = fields

    def get_name(self, shop) -> str:
        return "Shop" if shop.name is None else shop.name

    @extend_schema_field(CategorySerializer(many=True))
    def get_categories(self, shop):
        return CategorySerializer(Product.objects.categories(), many=True).data
