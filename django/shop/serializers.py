"""The serializers of views.py. `…Query` validates a query string, `…Body` the body of a write;
`…Serializer` is what an answer contains, and `…RowSerializer` an entry of a list."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop import rules, versions
from shop.models import (
    Customer, Item, Line, Order, Payment, PaymentMethod, Product, Shipment, Shop, SupportRequest,
)  # fmt: skip


# Fields.


def money_field(**options):
    return serializers.DecimalField(max_digits=10, decimal_places=2, **options)


def text_list_field():
    return serializers.ListField(child=serializers.CharField())


def text_dict_field():
    return serializers.DictField(child=serializers.CharField())


def text200_field():
    return serializers.CharField(max_length=200)


def optional_text200_field():
    return serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


def id_field(**options):
    return serializers.CharField(max_length=128, **options)


# Query strings.


class PageQuery(serializers.Serializer):
    limit = serializers.IntegerField(default=10, min_value=1, max_value=50)


class ProductQuery(PageQuery):
    q = serializers.CharField(default="", allow_blank=True, max_length=200)
    category = serializers.CharField(default="", allow_blank=True)
    min_price = money_field(required=False, min_value=0)
    max_price = money_field(required=False, min_value=0)
    in_stock = serializers.BooleanField(default=False)
    ordering = serializers.ChoiceField(["relevance", "price", "-price", "name"], default="relevance")


class OrderQuery(PageQuery):
    status = serializers.ChoiceField(Order.Status.choices, required=False)
    customer = serializers.CharField(default="", allow_blank=True, help_text="`me`, or the id of a customer.")


class CustomerQuery(PageQuery):
    email = serializers.CharField(default="", allow_blank=True, max_length=254)
    first_name = serializers.CharField(default="", allow_blank=True, max_length=254)
    last_name = serializers.CharField(default="", allow_blank=True, max_length=254)
    postcode = serializers.CharField(default="", allow_blank=True, max_length=254)

    def validate(self, query):
        query["match"] = {name: text for name, text in query.items() if name != "limit" and text}
        if not query["match"]:
            raise serializers.ValidationError("Give an email, a first_name, a last_name or a postcode.")
        return query


# Bodies of writes.


class AddressBody(serializers.Serializer):
    line1 = text200_field()
    line2 = optional_text200_field()
    city = text200_field()
    state = optional_text200_field()
    postcode = text200_field()
    country = text200_field()


class ChangeAddressBody(serializers.Serializer):
    address = AddressBody()


class EncodableChoiceField(serializers.ChoiceField):
    """DRF quotes an invalid choice in its error, and a lone surrogate cannot be encoded as UTF-8: it is
    replaced by U+FFFD first."""

    def to_internal_value(self, data):
        if isinstance(data, str):
            data = data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return super().to_internal_value(data)


class CancelBody(serializers.Serializer):
    reason = EncodableChoiceField(["no_longer_needed", "ordered_by_mistake"])


class ChangePaymentBody(serializers.Serializer):
    payment_method_id = id_field()


class BoughtItem(serializers.Serializer):
    item_id = id_field()


class ReplacedItem(BoughtItem):
    new_item_id = id_field()


class ReturnBody(serializers.Serializer):
    items = BoughtItem(many=True, allow_empty=False, max_length=100)
    payment_method_id = id_field()


class ReplaceItemsBody(serializers.Serializer):
    items = ReplacedItem(many=True, allow_empty=False, max_length=100)
    payment_method_id = id_field()


class PreviewBody(serializers.Serializer):
    change = EncodableChoiceField(list(rules.CHANGES))
    body = serializers.DictField(help_text="As the change itself takes it.")


class SupportBody(serializers.Serializer):
    subject = text200_field()
    message = serializers.CharField(max_length=4000)
    order_id = id_field(required=False, allow_null=True)


# Answers.


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
    options = text_dict_field()

    class Meta:
        model = Item
        fields = ["item_id", "options", "price", "available"]
        read_only_fields = fields


class ProductSerializer(serializers.ModelSerializer):
    images = text_list_field()
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
        fields = [
            "order_id", "order_number", "status", "placed_at", "updated_at", "estimated_delivery", "tracking_ids",
        ]  # fmt: skip
        read_only_fields = fields

    def get_tracking_ids(self, order) -> list[str]:
        return [tracking_id for shipment in order.shipments.all() for tracking_id in shipment.tracking_ids]


class OrderRowSerializer(serializers.ModelSerializer):
    customer_id = serializers.CharField()
    total = serializers.DecimalField(max_digits=17, decimal_places=2)
    item_count = serializers.IntegerField()

    class Meta:
        model = Order
        fields = [
            "order_id", "order_number", "customer_id", "status", "placed_at", "total", "currency", "item_count",
        ]  # fmt: skip
        read_only_fields = fields


class LineSerializer(serializers.ModelSerializer):
    options = text_dict_field()

    class Meta:
        model = Line
        fields = ["item_id", "product_id", "name", "options", "price", "quantity"]
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["kind", "amount", "payment_method_id"]
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer):
    tracking_ids = text_list_field()
    item_ids = text_list_field()

    class Meta:
        model = Shipment
        fields = ["tracking_ids", "item_ids"]
        read_only_fields = fields


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


class RulingSerializer(serializers.Serializer):
    """Whether something can be done with the order, and why."""

    allowed = serializers.BooleanField()
    reason = serializers.CharField()

    def __init__(self, rule):
        super().__init__(source="*")
        self.rule = rule

    def to_representation(self, order):
        return super().to_representation(self.rule(order))


class ChangeSerializer(serializers.Serializer):
    """What a change did: the payments that it added, and their sum, below zero if it refunded."""

    kind = serializers.CharField()
    payments = PaymentSerializer(many=True)
    amount = serializers.DecimalField(max_digits=17, decimal_places=2, allow_null=True)


class VersionedSerializer(serializers.ModelSerializer):
    """Sets `version` to the digest of all other fields but `change`, which only the answer to a change has."""

    version = serializers.SerializerMethodField()

    def get_version(self, instance) -> str:
        return ""  # until the other fields are known

    def to_representation(self, instance):
        answer = super().to_representation(instance)
        said = {name: value for name, value in answer.items() if name not in ("version", "change")}
        return {**answer, "version": versions.digest(said)}


class OrderSerializer(VersionedSerializer):
    customer_id = serializers.CharField()
    total = serializers.DecimalField(max_digits=17, decimal_places=2)
    address = AddressSerializer()
    lines = LineSerializer(many=True, source="all_lines")
    payments = PaymentSerializer(many=True, source="all_payments")
    shipments = ShipmentSerializer(many=True)
    timeline = TimelineEntrySerializer(many=True, allow_null=True)
    vars()["return"] = ReturnSerializer(source="return_entry", allow_null=True)  # a Python keyword
    exchange = ExchangeSerializer(source="exchange_request", allow_null=True)
    can_cancel = RulingSerializer(rules.can_cancel)
    can_change = RulingSerializer(rules.can_change)
    can_change_address = RulingSerializer(rules.can_change_address)
    can_return = RulingSerializer(rules.can_return)
    can_preview = serializers.SerializerMethodField()
    change = ChangeSerializer(allow_null=True)

    def get_can_preview(self, order) -> bool:
        return True

    class Meta:
        model = Order
        fields = [
            "order_id", "order_number", "customer_id", "status", "placed_at", "updated_at", "estimated_delivery",
            "currency", "total", "items_modified", "cancel_reason", "address",
            "lines", "payments", "shipments", "timeline", "return", "exchange",
            "can_cancel", "can_change", "can_change_address", "can_return", "can_preview", "version", "change",
        ]  # fmt: skip
        read_only_fields = fields


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


class CustomerSerializer(VersionedSerializer):
    address = AddressSerializer()
    currency = serializers.CharField()
    payment_methods = PaymentMethodSerializer(many=True)

    class Meta:
        model = Customer
        fields = [
            "customer_id", "email", "first_name", "last_name", "address", "currency", "payment_methods", "version",
        ]  # fmt: skip
        read_only_fields = fields


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


class DetailSerializer(serializers.Serializer):
    detail = serializers.CharField()


class RefusalSerializer(DetailSerializer):
    code = serializers.CharField()
