"""A world is the whole content of the shop as one JSON document. Tests compare shops by their worlds.

`load(read(text))` replaces the content of the database by a world, `dump()` returns it as one. Called
by the commands load_world and dump_world, and by tests.

The same serializers read and write. Reading is strict: unknown keys, values of the wrong type,
duplicate ids and references to missing objects are errors. Writing is canonical: keys have a fixed
order, and a key whose value is null is left out.
"""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import category

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.validators import RegexValidator
from django.db import transaction
from rest_framework import serializers
from rest_framework.authtoken.models import Token

from shop.models import (
    Customer, Item, Line, Order, Payment, PaymentMethod, Product, Shipment, Shop,
    SupportRequest,
)  # fmt: skip
from shop_mcp.models import IdempotencyRecord

# Fields. Django REST framework's own would accept 7 as "7" and "yes" as true.


class StrictCharField(serializers.CharField):
    def __init__(self, allow_blank=True, **options):
        super().__init__(allow_blank=allow_blank, trim_whitespace=False, **options)

    def to_internal_value(self, data):
        return super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid")


def regex_field(expression, message, **options):
    # With allow_blank, a blank would skip the validators.
    return StrictCharField(
        allow_blank=False, validators=[RegexValidator(rf"\A(?:{expression})\Z", message)], **options
    )


def validate_id(value):
    """A letter or digit of any script, then up to 127 of them, of marks, and of `. _ : ~ -`."""
    letters = {character for character in value if category(character)[0] == "L" or category(character) == "Nd"}
    marks = {character for character in value if category(character)[0] == "M"}
    if len(value) > 128 or value[0] not in letters or set(value) - letters - marks - set("._:~-"):
        raise serializers.ValidationError("Not an id.")


def id_field(**options):
    return StrictCharField(allow_blank=False, validators=[validate_id], **options)


def text_list_field():
    return serializers.ListField(child=StrictCharField())


class TextDictField(serializers.DictField):
    child = StrictCharField()

    def to_internal_value(self, data):
        if isinstance(data, dict):
            for name in data:
                self.child.run_validation(name)
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    def to_internal_value(self, data):
        return data if isinstance(data, bool) else self.fail("invalid")


class FlagField(StrictBooleanField):
    """A boolean that is written only when it is true."""

    def __init__(self, **options):
        super().__init__(default=False, **options)

    def to_representation(self, value):
        return value or None


class QuantityField(serializers.IntegerField):
    """The pieces of a line, written only where there are several."""

    def __init__(self, **options):
        super().__init__(min_value=1, max_value=1000, default=1, **options)

    def to_internal_value(self, data):
        return self.fail("invalid") if isinstance(data, str | bool) else super().to_internal_value(data)

    def to_representation(self, value):
        return value if value > 1 else None


class MoneyField(serializers.DecimalField):
    def __init__(self, min_value=0, **options):
        super().__init__(max_digits=10, decimal_places=2, min_value=min_value, **options)

    def to_internal_value(self, data):
        if isinstance(data, bool) or isinstance(data, str) and not re.fullmatch(r"-?[0-9]+\.[0-9]{2}", data):
            self.fail("invalid")
        return super().to_internal_value(data) + Decimal(0)  # -0.00 is 0.00


class StrictDateTimeField(serializers.DateTimeField):
    def to_internal_value(self, data):
        pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
        try:
            if re.fullmatch(pattern, data, re.ASCII):
                return datetime.fromisoformat(data).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise serializers.ValidationError("Not an instant such as 2026-11-02T09:15:00Z.")


class StrictDateField(serializers.DateField):
    def to_internal_value(self, data):
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", data, re.ASCII):
                return date.fromisoformat(data)
        except (TypeError, ValueError):
            pass
        raise serializers.ValidationError("Not a date such as 2026-11-05.")


class JSONValueMixin:
    """A value in a JSON column: validated, and stored as it is written."""

    def to_internal_value(self, data):
        return super().to_representation(super().to_internal_value(data))

    def to_representation(self, value):
        return value


class JSONDateTimeField(JSONValueMixin, StrictDateTimeField):
    pass


class JSONMoneyField(JSONValueMixin, MoneyField):
    pass


# Serializers. The order of their fields is the order of the keys in a world.


class StrictSerializer(serializers.Serializer):
    def to_internal_value(self, data):
        if isinstance(data, dict):
            data = {key: value for key, value in data.items() if value is not None}
            unknown = [key for key in data if key not in self.fields]
            if unknown:
                raise serializers.ValidationError({unknown[0]: ["No such key in a world."]})
        return super().to_internal_value(data)

    def to_representation(self, instance):
        data = super().to_representation(instance)
        return {key: value for key, value in data.items() if value is not None}


class WorldAddressSerializer(StrictSerializer):
    line1 = StrictCharField()
    line2 = StrictCharField()
    city = StrictCharField()
    state = StrictCharField()
    postcode = StrictCharField()
    country = StrictCharField()


class WorldItemSerializer(StrictSerializer):
    item_id = id_field()
    options = TextDictField()
    price = MoneyField()
    available = StrictBooleanField()


class WorldProductSerializer(StrictSerializer):
    product_id = id_field()
    name = StrictCharField()
    description = StrictCharField()
    category = StrictCharField()
    images = text_list_field()
    items = WorldItemSerializer(many=True, allow_empty=False)


class WorldPaymentMethodSerializer(StrictSerializer):
    payment_method_id = id_field()
    kind = serializers.ChoiceField(PaymentMethod.Kind.choices)
    brand = StrictCharField(required=False)
    last_four = StrictCharField(required=False)
    balance = MoneyField(required=False)


class WorldCustomerSerializer(StrictSerializer):
    customer_id = id_field()
    email = StrictCharField()
    first_name = StrictCharField()
    last_name = StrictCharField()
    address = WorldAddressSerializer()
    staff = FlagField(source="user.is_staff")
    token = regex_field(
        r"[!-~]{1,40}", "Not a token: 1 to 40 visible ASCII characters.", source="user.auth_token.key"
    )
    payment_methods = WorldPaymentMethodSerializer(many=True)


class WorldTimelineEntrySerializer(StrictSerializer):
    at = JSONDateTimeField()
    status = serializers.ChoiceField(Order.Status.choices)
    note = StrictCharField(required=False)


class WorldLineSerializer(StrictSerializer):
    item_id = id_field()
    product_id = id_field()
    name = StrictCharField()
    options = TextDictField()
    price = MoneyField()
    quantity = QuantityField()


class WorldPaymentSerializer(StrictSerializer):
    kind = serializers.ChoiceField(Payment.Kind.choices)
    amount = MoneyField()
    payment_method_id = id_field()


class WorldShipmentSerializer(StrictSerializer):
    tracking_ids = text_list_field()
    item_ids = text_list_field()


class WorldReturnSerializer(StrictSerializer):
    item_ids = text_list_field()
    payment_method_id = id_field()


class WorldExchangeSerializer(StrictSerializer):
    item_ids = text_list_field()
    new_item_ids = text_list_field()
    payment_method_id = id_field()
    price_difference = JSONMoneyField(min_value=None)


class WorldOrderSerializer(StrictSerializer):
    order_id = id_field()
    order_number = StrictCharField(required=False)
    customer_id = id_field()
    status = serializers.ChoiceField(Order.Status.choices)
    placed_at = StrictDateTimeField()
    updated_at = StrictDateTimeField(required=False)
    estimated_delivery = StrictDateField(required=False)
    timeline = WorldTimelineEntrySerializer(many=True, required=False)
    address = WorldAddressSerializer()
    items = WorldLineSerializer(many=True, source="lines")
    payments = WorldPaymentSerializer(many=True)
    shipments = WorldShipmentSerializer(many=True)
    items_modified = FlagField()
    cancel_reason = StrictCharField(required=False)
    vars()["return"] = WorldReturnSerializer(source="return_request", required=False)  # a Python keyword
    exchange = WorldExchangeSerializer(source="exchange_request", required=False)


class WorldSupportRequestSerializer(StrictSerializer):
    request_id = id_field()
    customer_id = id_field()
    subject = StrictCharField()
    message = StrictCharField()
    order_id = id_field(required=False)


class WorldShopSerializer(StrictSerializer):
    name = StrictCharField()
    policies = TextDictField()
    support_hours = StrictCharField()


class WorldSerializer(StrictSerializer):
    currency = regex_field("[A-Z]{3}", "Not a currency such as EUR.")
    products = WorldProductSerializer(many=True)
    customers = WorldCustomerSerializer(many=True)
    orders = WorldOrderSerializer(many=True)
    support_requests = WorldSupportRequestSerializer(many=True, required=False)
    shop = WorldShopSerializer(required=False)


# Reading, loading, dumping.


class InvalidWorldError(ValueError):
    """The message is one line: the path of the first error, and what is wrong there."""


def read(text):
    """Parse and validate JSON text, for `load`. Raises `InvalidWorldError`."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InvalidWorldError(f"not JSON: {error}") from None
    serializer = WorldSerializer(data=data)
    if not serializer.is_valid():
        raise InvalidWorldError(first_error(serializer.errors))
    require_consistent_ids(serializer.validated_data)
    return serializer.validated_data


def first_error(errors, path=""):
    """The first of DRF's nested errors as text: `orders[3].status: "lost" is not a valid choice.`"""
    entries = errors.items() if isinstance(errors, dict) else enumerate(errors)
    key, inner = next((key, inner) for key, inner in entries if inner)
    if isinstance(inner, str):
        return f"{path or 'world'}: {inner}"
    if key == "non_field_errors":
        return first_error(inner, path)
    step = f"[{key}]" if isinstance(key, int) else f".{key}" if path else key
    return first_error(inner, path + step)


def require_consistent_ids(world):
    products, customers, orders = world["products"], world["customers"], world["orders"]
    requests = world.get("support_requests", [])
    require_unique((f"products[{p}].product_id", product["product_id"]) for p, product in enumerate(products))
    require_unique(
        (f"products[{p}].items[{i}].item_id", item["item_id"])
        for p, product in enumerate(products)
        for i, item in enumerate(product["items"])
    )
    customer_ids = require_unique(
        (f"customers[{c}].customer_id", one["customer_id"]) for c, one in enumerate(customers)
    )
    require_unique((f"customers[{c}].token", one["user"]["auth_token"]["key"]) for c, one in enumerate(customers))
    for c, one in enumerate(customers):
        require_unique(
            (f"customers[{c}].payment_methods[{m}].payment_method_id", method["payment_method_id"])
            for m, method in enumerate(one["payment_methods"])
        )
    order_ids = require_unique((f"orders[{o}].order_id", order["order_id"]) for o, order in enumerate(orders))
    require_known(
        customer_ids, ((f"orders[{o}].customer_id", order["customer_id"]) for o, order in enumerate(orders))
    )
    require_unique(
        (f"support_requests[{r}].request_id", request["request_id"]) for r, request in enumerate(requests)
    )
    for r, request in enumerate(requests):
        require_known(customer_ids, [(f"support_requests[{r}].customer_id", request["customer_id"])])
        if "order_id" in request:
            require_known(order_ids, [(f"support_requests[{r}].order_id", request["order_id"])])


def require_unique(ids):
    """Return the ids of `(path, id)` pairs as a set. Raises `InvalidWorldError` at a duplicate."""
    seen = set()
    for path, value in ids:
        if value in seen:
            raise InvalidWorldError(f'{path}: "{value}" is there twice.')
        seen.add(value)
    return seen


def require_known(ids, references):
    """Raise `InvalidWorldError` at the first `(path, id)` pair whose id is not in `ids`."""
    for path, value in references:
        if value not in ids:
            raise InvalidWorldError(f'{path}: there is no "{value}".')


@transaction.atomic
def load(world):
    """Replace the whole content of the shop, users included, by a world that `read` returned.

    The world is consumed: do not use it again.
    """
    for model in (
        IdempotencyRecord, SupportRequest, Shipment, Payment, Line, Order, PaymentMethod, Customer, Item, Product,
        Shop, Token, User,
    ):  # fmt: skip
        model.objects.all().delete()
    currency = world["currency"]
    Shop.objects.create(currency=currency, **world.get("shop", {}))

    products, items = [], []
    for position, entry in enumerate(world["products"]):
        own = [Item(product_id=entry["product_id"], **item) for item in entry.pop("items")]
        products.append(Product(position=position, currency=currency, **entry))
        products[-1].set_search_fields(own)
        items += own
    Product.objects.bulk_create(products)
    Item.objects.bulk_create(items)

    users, tokens, customers, methods = [], [], [], []
    for position, entry in enumerate(world["customers"]):
        identity, own = entry.pop("user"), entry.pop("payment_methods")
        # make_password(None) makes the password unusable: users authenticate with tokens.
        user = User(username=entry["customer_id"], is_staff=identity["is_staff"], password=make_password(None))
        users.append(user)
        tokens.append(Token(user=user, **identity["auth_token"]))
        customers.append(Customer(position=position, user=user, **entry))
        methods += [PaymentMethod(customer_id=entry["customer_id"], **method) for method in own]
    User.objects.bulk_create(users)
    Token.objects.bulk_create(tokens)
    Customer.objects.bulk_create(customers)
    PaymentMethod.objects.bulk_create(methods)

    orders, parts = [], {"lines": [], "payments": [], "shipments": []}
    for position, entry in enumerate(world["orders"]):
        for (name, rows), model in zip(parts.items(), (Line, Payment, Shipment)):
            rows += [model(order_id=entry["order_id"], **row) for row in entry.pop(name)]
        orders.append(Order(position=position, currency=currency, **entry))
    Order.objects.bulk_create(orders)
    for rows, model in zip(parts.values(), (Line, Payment, Shipment)):
        model.objects.bulk_create(rows)

    SupportRequest.objects.bulk_create(SupportRequest(**request) for request in world.get("support_requests", []))


@transaction.atomic
def dump():
    """Return the content of the shop as a world in canonical form."""
    shop = Shop.objects.first() or Shop()
    return WorldSerializer(
        {
            "currency": shop.currency,
            "products": Product.objects.prefetch_related("items"),
            "customers": Customer.objects.select_related("user__auth_token").prefetch_related("payment_methods"),
            "orders": Order.objects.prefetch_related("lines", "payments", "shipments"),
            "support_requests": SupportRequest.objects.all() or None,
            "shop": None if shop.name is None else shop,
        }
    ).data
