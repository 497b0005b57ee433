"""The serializers of views.py: other names and types for the fields of the shop's models."""

from rest_framework import serializers

from shop import changes
from shop.models import Item, Line, Order, Product

STATUSES = list(Order.Status.values)


class VariantSerializer(serializers.ModelSerializer):
    sku = serializers.CharField(source="item_id")
    options = serializers.DictField()
    price = serializers.FloatField()
    stock = serializers.IntegerField(source="available")

    class Meta:
        model = Item
        fields = ["sku", "options", "price", "stock"]


class ProductSerializer(serializers.HyperlinkedModelSerializer):
    id = serializers.ReadOnlyField(source="product_id")
    title = serializers.CharField(source="name")
    price = serializers.FloatField()
    in_stock = serializers.BooleanField(source="available")
    variants = VariantSerializer(source="items", many=True)

    class Meta:
        model = Product
        fields = ["url", "id", "title", "description", "category", "price", "in_stock", "images", "variants"]


class LineSerializer(serializers.HyperlinkedModelSerializer):
    sku = serializers.ReadOnlyField(source="item_id")
    product = serializers.HyperlinkedIdentityField(
        view_name="product-detail", lookup_field="product_id", lookup_url_kwarg="pk"
    )
    title = serializers.ReadOnlyField(source="name")
    details = serializers.DictField(source="options")
    unit_price = serializers.FloatField(source="price")

    class Meta:
        model = Line
        fields = ["sku", "product", "title", "details", "unit_price"]


class AddressSerializer(serializers.Serializer):
    street = serializers.CharField(source="line1")
    extra = serializers.CharField(source="line2", allow_blank=True)
    town = serializers.CharField(source="city")
    region = serializers.CharField(source="state", allow_blank=True)
    zip = serializers.CharField(source="postcode")
    country = serializers.CharField()


class OrderSerializer(serializers.HyperlinkedModelSerializer):
    id = serializers.ReadOnlyField(source="order_id")
    status = serializers.SerializerMethodField()
    customer_id = serializers.ReadOnlyField()
    created = serializers.DateTimeField(source="placed_at", read_only=True)
    modified = serializers.DateTimeField(source="updated_at", read_only=True)
    total = serializers.FloatField(read_only=True)
    ship_to = AddressSerializer(source="address")
    lines = serializers.HyperlinkedIdentityField(view_name="order-lines")

    class Meta:
        model = Order
        fields = ["url", "id", "status", "customer_id", "created", "modified", "total", "ship_to", "lines"]

    def get_status(self, order) -> int:
        return STATUSES.index(order.status) + 1

    def update(self, order, data):
        if "address" in data:
            order = changes.change_order(order, "address", {"address": data["address"]})
        return order


class CancelSerializer(serializers.Serializer):
    why = serializers.CharField()
