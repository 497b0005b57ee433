"""What a query may say, and what an answer holds."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop import rules
from shop.models import Customer, Item, Line, Order, Payment, PaymentMethod, Product, Shipment, Shop


def money(**options):
    return serializers.DecimalField(max_digits=10, decimal_places=2, **options)


def texts():
    return serializers.ListField(child=serializers.CharField())


def named_texts():
    return serializers.DictField(child=serializers.CharField())


class PageQuery(serializers.Serializer):
    limit = serializers.IntegerField(default=10, min_value=1, max_value=50)


class ProductQuery(PageQuery):
    q = serializers.CharField(default="", allow_blank=True, max_length=200)
    category = serializers.CharField(default="", allow_blank=True)
    min_price = money(required=False, min_value=0)
    max_price = money(required=False, min_value=0)
    in_stock = serializers.BooleanField(default=False)
    ordering = serializers.ChoiceField(["relevance", "price", "-price", "name"], default="relevance")


class OrderQuery(PageQuery):
    status = serializers.ChoiceField(Order.Status.choices, required=False)
    customer = serializers.CharField(default="", allow_blank=True, help_text="`me` or a customer's id")


class CustomerQuery(PageQuery):
    email = serializers.CharField(default="", allow_blank=True, max_length=254)
    first_name = serializers.CharField(default="", allow_blank=True, max_length=254)
    last_name = serializers.CharField(default="", allow_blank=True, max_length=254)
    postcode = serializers.CharField(default="", allow_blank=True, max_length=254)

    def validate(self, query):
        query["wanted"] = {name: text for name, text in query.items() if name != "limit" and text}
        if not query["wanted"]:
            raise serializers.ValidationError("Give an email, a first_name, a last_name or a postcode.")
        return query


class AddressSerializer(serializers.Serializer):
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()


class ProductRowSerializer(serializers.ModelSerializer):
    image = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ["product_id", "name", "category", "price", "currency", "available", "image"]
        read_only_fields = fields

    def get_image(self, product) -> str | None:
        return product.images[0] if product.images else None


class ItemSerializer(serializers.ModelSerializer):
    options = named_texts()

    class Meta:
        model = Item
        fields = ["item_id", "options", "price", "available"]
        read_only_fields = fields


class ProductSerializer(serializers.ModelSerializer):
    images = texts()
    items = ItemSerializer(many=True)

    class Meta:
        model = Product
        fields = [
            "product_id", "name", "description", "category", "price", "currency", "available", "images", "items",
        ]  # fmt: skip
        read_only_fields = fields


class OrderStatusSerializer(serializers.ModelSerializer):
    tracking_ids = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["order_id", "status", "placed_at", "updated_at", "estimated_delivery", "tracking_ids"]
        read_only_fields = fields

    def get_tracking_ids(self, order) -> list[str]:
        return [tracking_id for shipment in order.shipments.all() for tracking_id in shipment.tracking_ids]


class OrderRowSerializer(serializers.ModelSerializer):
    customer_id = serializers.CharField()
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    item_count = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["order_id", "customer_id", "status", "placed_at", "total", "currency", "item_count"]
        read_only_fields = fields

    def get_item_count(self, order) -> int:
        return len(order.lines.all())


class LineSerializer(serializers.ModelSerializer):
    options = named_texts()

    class Meta:
        model = Line
        fields = ["item_id", "product_id", "name", "options", "price"]
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["kind", "amount", "payment_method_id"]
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer):
    tracking_ids = texts()
    item_ids = texts()

    class Meta:
        model = Shipment
        fields = ["tracking_ids", "item_ids"]
        read_only_fields = fields


class TimelineEntrySerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.ChoiceField(Order.Status.choices)
    note = serializers.CharField(allow_null=True)


class ReturnSerializer(serializers.Serializer):
    item_ids = texts()
    payment_method_id = serializers.CharField()


class ExchangeSerializer(serializers.Serializer):
    item_ids = texts()
    new_item_ids = texts()
    payment_method_id = serializers.CharField()
    price_difference = money()


class OrderSerializer(serializers.ModelSerializer):
    customer_id = serializers.CharField()
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    address = AddressSerializer()
    lines = LineSerializer(many=True)
    payments = PaymentSerializer(many=True)
    shipments = ShipmentSerializer(many=True)
    timeline = TimelineEntrySerializer(many=True, allow_null=True)
    vars()["return"] = ReturnSerializer(source="return_request", allow_null=True)  # a keyword of Python
    exchange = ExchangeSerializer(source="exchange_request", allow_null=True)
    can_cancel = serializers.SerializerMethodField()
    can_change = serializers.SerializerMethodField()
    can_return = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "order_id", "customer_id", "status", "placed_at", "updated_at", "estimated_delivery",
            "currency", "total", "items_modified", "cancel_reason", "address",
            "lines", "payments", "shipments", "timeline", "return", "exchange",
            "can_cancel", "can_change", "can_return",
        ]  # fmt: skip
        read_only_fields = fields

    def get_can_cancel(self, order) -> rules.Ruling:
        return rules.can_cancel(order)

    def get_can_change(self, order) -> rules.Ruling:
        return rules.can_change(order)

    def get_can_return(self, order) -> rules.Ruling:
        return rules.can_return(order)


class CustomerRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["customer_id", "email", "first_name", "last_name", "postcode"]
        read_only_fields = fields


class PaymentMethodSerializer(serializers.ModelSerializer):
    class Meta:
        model = PaymentMethod
        fields = ["payment_method_id", "kind", "brand", "last_four", "balance"]
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer):
    address = AddressSerializer()
    currency = serializers.CharField()
    payment_methods = PaymentMethodSerializer(many=True)

    class Meta:
        model = Customer
        fields = ["customer_id", "email", "first_name", "last_name", "address", "currency", "payment_methods"]
        read_only_fields = fields


class CategorySerializer(serializers.Serializer):
    name = serializers.CharField(source="category")
    count = serializers.IntegerField()


class ShopSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()
    policies = named_texts()

    class Meta:
        model = Shop
        fields = ["name", "currency", "categories", "policies", "support_hours"]
        read_only_fields = fields

    def get_name(self, shop) -> str:
        return "Shop" if shop.name is None else shop.name

    @extend_schema_field(CategorySerializer(many=True))
    def get_categories(self, shop):
        return CategorySerializer(Product.objects.categories(), many=True).data
