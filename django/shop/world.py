"""A world: the whole shop as one JSON document, read strictly and written in one canonical form.

One description serves both ways. A key that is absent or null stays absent; a key nobody knows,
a value of the wrong type, an id given twice and a reference to nobody are refused.
"""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.validators import RegexValidator
from django.db import transaction
from rest_framework import serializers
from rest_framework.authtoken.models import Token

from shop.models import (
    Customer, IdempotencyRecord, Item, Line, Order, Payment, PaymentMethod, Product, Shipment, Shop,
    SupportRequest,
)  # fmt: skip

# Fields. Django REST framework's own would take 7 for "7" and "yes" for true.


class Text(serializers.CharField):
    def __init__(self, allow_blank=True, **options):
        super().__init__(allow_blank=allow_blank, trim_whitespace=False, **options)

    def to_internal_value(self, data):
        return super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid")


def pattern(expression, message, **options):
    # A blank that is allowed would pass by the validators.
    return Text(allow_blank=False, validators=[RegexValidator(rf"\A(?:{expression})\Z", message)], **options)


def public_id(**options):
    return pattern(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", "Not an id.", **options)


def texts():
    return serializers.ListField(child=Text())


class NamedTexts(serializers.DictField):
    child = Text()

    def to_internal_value(self, data):
        if isinstance(data, dict):
            for name in data:
                self.child.run_validation(name)
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data):
        return data if isinstance(data, bool) else self.fail("invalid")


class Mark(Flag):
    """A flag that is written only when it is up."""

    def __init__(self, **options):
        super().__init__(default=False, **options)

    def to_representation(self, value):
        return value or None


class Money(serializers.DecimalField):
    def __init__(self, min_value=0, **options):
        super().__init__(max_digits=10, decimal_places=2, min_value=min_value, **options)

    def to_internal_value(self, data):
        if isinstance(data, bool) or isinstance(data, str) and not re.fullmatch(r"-?[0-9]+\.[0-9]{2}", data):
            self.fail("invalid")
        return super().to_internal_value(data) + Decimal(0)  # -0.00 is 0.00


class Instant(serializers.DateTimeField):
    def to_internal_value(self, data):
        form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
        try:
            if re.fullmatch(form, data, re.ASCII):
                return datetime.fromisoformat(data).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise serializers.ValidationError("Not an instant such as 2026-11-02T09:15:00Z.")


class Day(serializers.DateField):
    def to_internal_value(self, data):
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", data, re.ASCII):
                return date.fromisoformat(data)
        except (TypeError, ValueError):
            pass
        raise serializers.ValidationError("Not a date such as 2026-11-05.")


class InJson:
    """A value inside a JSON column is kept as it is written."""

    def to_internal_value(self, data):
        return super().to_representation(super().to_internal_value(data))

    def to_representation(self, value):
        return value


class JsonInstant(InJson, Instant):
    pass


class JsonMoney(InJson, Money):
    pass


# The shapes, in the order they are written.


class Shape(serializers.Serializer):
    def to_internal_value(self, data):
        if isinstance(data, dict):
            data = {key: value for key, value in data.items() if value is not None}
            unknown = [key for key in data if key not in self.fields]
            if unknown:
                raise serializers.ValidationError({unknown[0]: ["No such key in a world."]})
        return super().to_internal_value(data)

    def to_representation(self, instance):
        written = super().to_representation(instance)
        return {key: value for key, value in written.items() if value is not None}


class AddressShape(Shape):
    line1 = Text()
    line2 = Text()
    city = Text()
    state = Text()
    postcode = Text()
    country = Text()


class ItemShape(Shape):
    item_id = public_id()
    options = NamedTexts()
    price = Money()
    available = Flag()


class ProductShape(Shape):
    product_id = public_id()
    name = Text()
    description = Text()
    category = Text()
    images = texts()
    items = ItemShape(many=True, allow_empty=False)


class PaymentMethodShape(Shape):
    payment_method_id = public_id()
    kind = serializers.ChoiceField(PaymentMethod.Kind.choices)
    brand = Text(required=False)
    last_four = Text(required=False)
    balance = Money(required=False)


class CustomerShape(Shape):
    customer_id = public_id()
    email = Text()
    first_name = Text()
    last_name = Text()
    address = AddressShape()
    staff = Mark(source="user.is_staff")
    token = pattern(r"[!-~]{1,40}", "Not a token: 1 to 40 visible ASCII characters.", source="user.auth_token.key")
    payment_methods = PaymentMethodShape(many=True)


class TimelineEntryShape(Shape):
    at = JsonInstant()
    status = serializers.ChoiceField(Order.Status.choices)
    note = Text(required=False)


class LineShape(Shape):
    item_id = public_id()
    product_id = public_id()
    name = Text()
    options = NamedTexts()
    price = Money()


class PaymentShape(Shape):
    kind = serializers.ChoiceField(Payment.Kind.choices)
    amount = Money()
    payment_method_id = public_id()


class ShipmentShape(Shape):
    tracking_ids = texts()
    item_ids = texts()


class ReturnShape(Shape):
    item_ids = texts()
    payment_method_id = public_id()


class ExchangeShape(Shape):
    item_ids = texts()
    new_item_ids = texts()
    payment_method_id = public_id()
    price_difference = JsonMoney(min_value=None)


class OrderShape(Shape):
    order_id = public_id()
    customer_id = public_id()
    status = serializers.ChoiceField(Order.Status.choices)
    placed_at = Instant()
    updated_at = Instant(required=False)
    estimated_delivery = Day(required=False)
    timeline = TimelineEntryShape(many=True, required=False)
    address = AddressShape()
    items = LineShape(many=True, source="lines")
    payments = PaymentShape(many=True)
    shipments = ShipmentShape(many=True)
    items_modified = Mark()
    cancel_reason = Text(required=False)
    vars()["return"] = ReturnShape(source="return_request", required=False)  # a keyword of Python
    exchange = ExchangeShape(source="exchange_request", required=False)


class SupportRequestShape(Shape):
    request_id = public_id()
    customer_id = public_id()
    subject = Text()
    message = Text()
    order_id = public_id(required=False)


class ShopShape(Shape):
    name = Text()
    policies = NamedTexts()
    support_hours = Text()


class WorldShape(Shape):
    currency = pattern("[A-Z]{3}", "Not a currency such as EUR.")
    products = ProductShape(many=True)
    customers = CustomerShape(many=True)
    orders = OrderShape(many=True)
    support_requests = SupportRequestShape(many=True, required=False)
    shop = ShopShape(required=False)


# Reading, loading, dumping.


class BadWorld(ValueError):
    """Says in one line where the world is wrong, and how."""


def read(text):
    """A checked world from JSON text, ready to `load`. Raises BadWorld."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadWorld(f"not JSON: {error}") from None
    shape = WorldShape(data=data)
    if not shape.is_valid():
        raise BadWorld(first_error(shape.errors))
    check_ids(shape.validated_data)
    return shape.validated_data


def first_error(errors, path=""):
    """`orders[3].status: "lost" is not a valid choice.` out of DRF's nested errors."""
    entries = errors.items() if isinstance(errors, dict) else enumerate(errors)
    key, inner = next((key, inner) for key, inner in entries if inner)
    if isinstance(inner, str):
        return f"{path or 'world'}: {inner}"
    if key == "non_field_errors":
        return first_error(inner, path)
    step = f"[{key}]" if isinstance(key, int) else f".{key}" if path else key
    return first_error(inner, path + step)


def check_ids(world):
    products, customers, orders = world["products"], world["customers"], world["orders"]
    requests = world.get("support_requests", [])
    unique((f"products[{p}].product_id", product["product_id"]) for p, product in enumerate(products))
    unique(
        (f"products[{p}].items[{i}].item_id", item["item_id"])
        for p, product in enumerate(products)
        for i, item in enumerate(product["items"])
    )
    customer_ids = unique((f"customers[{c}].customer_id", one["customer_id"]) for c, one in enumerate(customers))
    unique((f"customers[{c}].token", one["user"]["auth_token"]["key"]) for c, one in enumerate(customers))
    for c, one in enumerate(customers):
        unique(
            (f"customers[{c}].payment_methods[{m}].payment_method_id", method["payment_method_id"])
            for m, method in enumerate(one["payment_methods"])
        )
    order_ids = unique((f"orders[{o}].order_id", order["order_id"]) for o, order in enumerate(orders))
    known(customer_ids, ((f"orders[{o}].customer_id", order["customer_id"]) for o, order in enumerate(orders)))
    unique((f"support_requests[{r}].request_id", request["request_id"]) for r, request in enumerate(requests))
    for r, request in enumerate(requests):
        known(customer_ids, [(f"support_requests[{r}].customer_id", request["customer_id"])])
        if "order_id" in request:
            known(order_ids, [(f"support_requests[{r}].order_id", request["order_id"])])


def unique(ids):
    """The set of the ids in `(path, id)` pairs, when each is there once."""
    seen = set()
    for path, value in ids:
        if value in seen:
            raise BadWorld(f'{path}: "{value}" is there twice.')
        seen.add(value)
    return seen


def known(ids, references):
    for path, value in references:
        if value not in ids:
            raise BadWorld(f'{path}: there is no "{value}".')


@transaction.atomic
def load(world):
    """Make a world fresh from `read` the whole content of the shop: what was there goes, users
    included."""
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
        products[-1].keep_listing(own)
        items += own
    Product.objects.bulk_create(products)
    Item.objects.bulk_create(items)

    users, tokens, customers, methods = [], [], [], []
    for position, entry in enumerate(world["customers"]):
        identity, own = entry.pop("user"), entry.pop("payment_methods")
        # make_password(None) is a password that nothing matches: people come with tokens.
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
    """The present content of the shop as a world in canonical form."""
    shop = Shop.objects.first() or Shop()
    return WorldShape(
        {
            "currency": shop.currency,
            "products": Product.objects.prefetch_related("items"),
            "customers": Customer.objects.select_related("user__auth_token").prefetch_related("payment_methods"),
            "orders": Order.objects.prefetch_related("lines", "payments", "shipments"),
            "support_requests": SupportRequest.objects.all() or None,
            "shop": None if shop.name is None else shop,
        }
    ).data
