"""What clients send: `…Query` validates a query string, `…Body` the body of a write."""

from dataclasses import dataclass

from rest_framework import serializers

from shop_mcp.statuses import STATUSES


def text200_field():
    return serializers.CharField(max_length=200)


def optional_text200_field():
    return serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


def id_field(**options):
    return serializers.CharField(max_length=128, **options)


def price_bound_field():
    return serializers.DecimalField(max_digits=10, decimal_places=2, required=False, min_value=0)


# Query strings.


class PageQuery(serializers.Serializer):
    limit = serializers.IntegerField(default=10, min_value=1, max_value=50)


class ProductQuery(PageQuery):
    q = serializers.CharField(default="", allow_blank=True, max_length=200)
    category = serializers.CharField(default="", allow_blank=True)
    min_price = price_bound_field()
    max_price = price_bound_field()
    in_stock = serializers.BooleanField(default=False)
    ordering = serializers.ChoiceField(["relevance", "price", "-price", "name"], default="relevance")


class OrderQuery(PageQuery):
    status = serializers.ChoiceField(STATUSES, required=False)
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


# Bodies.


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


# The changes of an order.


@dataclass(frozen=True)
class Kind:
    """A kind of change in the contract."""

    method: str
    body: type
    permission: str  # the field of the order that says whether it is possible


# By the last part of their paths.
KINDS = {
    "cancel": Kind("post", CancelBody, "can_cancel"),
    "address": Kind("patch", ChangeAddressBody, "can_change_address"),
    "items": Kind("post", ReplaceItemsBody, "can_change"),
    "payment": Kind("patch", ChangePaymentBody, "can_change"),
    "returns": Kind("post", ReturnBody, "can_return"),
    "exchanges": Kind("post", ReplaceItemsBody, "can_return"),
}


class PreviewBody(serializers.Serializer):
    """`change` is one of the names that are given."""

    change = EncodableChoiceField(list(KINDS))
    body = serializers.DictField(help_text="As the change itself takes it.")

    def __init__(self, *args, changes=KINDS, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["change"].choices = list(changes)
