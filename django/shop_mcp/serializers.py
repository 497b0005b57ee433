"""Serializers to inherit from. Each says once which fields of your model are which of the contract:

    class BookSerializer(serializers.ProductSerializer):
        model = Book
        sources = {"product_id": "isbn", "name": "title", "price": "price", "category": "genre.name"}

    class LineSerializer(serializers.LineSerializer):
        model = OrderLine
        sources = {"item_id": "book.isbn", "name": "book.title", "price": "unit_price"}

    class OrderSerializer(serializers.OrderSerializer):
        model = Order
        lines = LineSerializer(many=True, source="orderline_set")
        sources = {"status": "state", "placed_at": "created", "total": "total", "can_cancel": can_cancel}
        statuses = {"N": "pending", "S": "shipped"}

A source is the name of a field, property or method, through relations with dots (`genre.name`); a function of the
row; or None, to leave the field out. A field that your model has under the contract's name needs no source, but for
money, ids and addresses, which are never guessed; one that it has not is left out of the answers. The id of a record
is the primary key where no other is named. An object of
the contract (`address`, `lines`) is declared as a field, as ever in DRF, with `AddressSerializer`, `PaymentSerializer`
and the others; or its source is a function that gives it. The rows of lists and the status of an order are made of
the same sources.

Money is a decimal; its currency is the row's `currency`, or else SHOP_MCP["CURRENCY"].
"""

from copy import deepcopy
from functools import cache
from inspect import isfunction, signature

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework import ISO_8601, serializers
from rest_framework.utils.model_meta import get_field_info

from shop_mcp import fields, versions
from shop_mcp.columns import column_of
from shop_mcp.conf import setting

# How each kind of value is shown: the fields of DRF that will do where the model has a column for it, and the one
# that is used otherwise.
KINDS = {
    "id": ([serializers.CharField], serializers.CharField),
    "text": ([serializers.CharField, serializers.ChoiceField], serializers.CharField),
    "status": ([serializers.ChoiceField], serializers.CharField),
    "money": ([serializers.DecimalField], fields.MoneyField),
    "count": ([serializers.IntegerField], fields.CountField),
    "flag": ([], fields.FlagField),
    "moment": ([serializers.DateTimeField, serializers.DateField], fields.MomentField),
    "link": ([], fields.LinkField),
    "links": ([], fields.TextListField),
    "texts": ([], fields.TextListField),
    "options": ([], fields.TextDictField),
    "ruling": ([], fields.RulingSerializer),
    "object": ([], serializers.JSONField),  # only if it is declared, or in `sources`
}
# A `price` may be without tax, or that of a whole line, and an `id` that of another table: they are named, or left out.
NEVER_GUESSED = ("money", "id")
# What REST_FRAMEWORK must not change.
FIXED = {"money": {"coerce_to_string": True}, "moment": {"format": ISO_8601}}


class RecordSerializer(serializers.ModelSerializer):
    """A record of the contract, with the fields of `shape` that the model has or `sources` names."""

    model: type  # yours
    shape: dict = {}
    is_named = False  # true: only what `sources` names, since the model has other things, too
    id_name = ""  # the field that is the primary key if it has no source
    required: tuple = ()
    sources: dict = {}
    statuses: dict = {}  # the contract's word for each status of the shop

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "model" in vars(cls):
            cls.Meta = type("Meta", (), {"model": cls.model})

    @classmethod
    def source_of(cls, name):
        """Where a field comes from: a dotted name, a function, or None if the shop does not have it."""
        if name in cls._declared_fields:
            return cls._declared_fields[name].source or name
        if name in cls.sources:
            return cls.sources[name]
        if name == cls.id_name:
            return "pk"
        is_guess = cls.is_named or (cls.shape.get(name) or KINDS_OF.get(name)) in NEVER_GUESSED
        is_own = hasattr(cls.model, name) and not is_relation(cls.model, name) and not needs_arguments(cls.model, name)
        return name if is_own and not is_guess else None

    @classmethod
    def column(cls, name):
        """The column that a field is read from, None if the database cannot filter or sort by it."""
        source = cls.source_of(name)
        return source and column_of(cls.model, source)

    @classmethod
    @cache
    def subset(cls, title, shape):
        """A serializer of the same sources with fewer fields. `shape` is a tuple of names."""
        name = cls.__name__.removesuffix("Serializer") + title
        return type(name, (cls,), {"shape": {field: KINDS_OF[field] for field in shape}, "__doc__": cls.__doc__})

    def get_fields(self):
        found = {}
        for name, kind in self.shape.items():
            source = self.source_of(name)
            if name in self._declared_fields:
                found[name] = deepcopy(self._declared_fields[name])
            elif source is not None and (kind != "object" or name in self.sources):
                found[name] = self.build(name, kind, source)
            elif name == "currency" and setting("CURRENCY") and not is_relation(self.model, name):
                found[name] = fields.ConstantField(setting("CURRENCY"), read_only=True)
        return found

    def build(self, name, kind, source):
        suitable, field_class = KINDS[kind]
        if kind == "status" and self.statuses:
            return fields.StatusField(self.statuses, **from_source(name, source))
        if callable(source):
            return fields.computed(field_class(read_only=True), source)
        column = column_of(self.model, source)
        if kind in ("text", "status") and not isinstance(column, (models.CharField, models.TextField)):
            suitable = ()  # a choice of numbers would be sent as a number
        if suitable and column and "." not in source and source != "pk":
            built, options = self.build_field(source, get_field_info(self.model), self.model, 0)
            if issubclass(built, tuple(suitable)):
                options = self.include_extra_kwargs(options, {**from_source(name, source), "read_only": True})
                return (field_class if kind == "money" else built)(**options, **FIXED.get(kind, {}))
        return field_class(**from_source(name, source))


def is_relation(model, name):
    """Whether an attribute is other rows, whose text may be "Genre object (1)"."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return field.is_relation and name == field.name


def needs_arguments(model, name):
    """Whether an attribute is a method that takes more than its row, so that it cannot be read."""
    method = getattr(model, name, None)
    parameters = list(signature(method).parameters.values())[1:] if isfunction(method) else []
    return any(one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters)


def from_source(name, source):
    return {"read_only": True, **({} if source == name else {"source": source})}


class VersionedSerializer(RecordSerializer):
    """Sets `version` to the digest of all other fields but `change`, which only the answer to a change has."""

    version = serializers.SerializerMethodField()

    def get_version(self, instance) -> str:
        return ""  # until the other fields are known

    def to_representation(self, instance):
        answer = super().to_representation(instance)
        said = {name: value for name, value in answer.items() if name not in ("version", "change")}
        return {**answer, "version": versions.digest(said)} if "version" in answer else answer


class AddressSerializer(RecordSerializer):
    is_named = True  # the `state` of an order is none of its address
    shape = dict.fromkeys(["line1", "line2", "city", "state", "postcode", "country"], "text")


class ItemSerializer(RecordSerializer):
    """A variant of a product."""

    shape = {"item_id": "id", "options": "options", "price": "money", "available": "flag"}
    id_name, required = "item_id", ()


class ProductSerializer(RecordSerializer):
    shape = {
        "product_id": "id", "name": "text", "description": "text", "category": "text", "price": "money",
        "currency": "text", "available": "flag", "url": "link", "images": "links", "items": "object",
    }  # fmt: skip
    id_name, required = "product_id", ("name",)
    row = ("product_id", "name", "category", "price", "currency", "available", "url", "image")

    @classmethod
    def source_of(cls, name):
        source = super().source_of(name)
        if name == "image" and source is None and super().source_of("images") is not None:
            return cls.first_image
        return source

    @classmethod
    def first_image(cls, product):
        images = cls.subset("Images", ("images",))(product).data["images"]
        return images[0] if images else None


class LineSerializer(RecordSerializer):
    """A line of an order. The price is one piece's."""

    shape = {
        "item_id": "id", "product_id": "id", "name": "text", "options": "options", "price": "money",
        "quantity": "count",
    }  # fmt: skip
    required = ("item_id", "name")


class PaymentSerializer(RecordSerializer):
    shape = {"kind": "text", "amount": "money", "payment_method_id": "id"}
    required = ("kind", "amount")


class ShipmentSerializer(RecordSerializer):
    shape = {"tracking_ids": "texts", "item_ids": "texts"}
    required = ("tracking_ids",)


class TimelineEntrySerializer(RecordSerializer):
    shape = {"at": "moment", "status": "status", "note": "text"}
    required = ("at", "status")


class OrderSerializer(VersionedSerializer):
    shape = {
        "order_id": "id", "order_number": "id", "customer_id": "id", "status": "status", "placed_at": "moment",
        "updated_at": "moment", "estimated_delivery": "moment", "currency": "text", "total": "money",
        "items_modified": "flag", "cancel_reason": "text", "address": "object", "lines": "object",
        "payments": "object", "shipments": "object", "timeline": "object", "return": "object",
        "exchange": "object", "can_cancel": "ruling", "can_change": "ruling", "can_change_address": "ruling",
        "can_return": "ruling", "can_preview": "object", "version": "object", "change": "object",
    }  # fmt: skip
    id_name, required = "order_id", ("status",)
    row = (
        "order_id", "order_number", "customer_id", "status", "placed_at", "total", "currency", "item_count",
    )  # fmt: skip
    status_row = (
        "order_id", "order_number", "status", "placed_at", "updated_at", "estimated_delivery", "tracking_ids",
    )  # fmt: skip

    can_preview = serializers.SerializerMethodField()

    def get_fields(self):
        """With the tracking ids as one shipment, where the shop has no shipments of its own."""
        found = super().get_fields()
        if "shipments" in self.shape and "shipments" not in found and self.source_of("tracking_ids"):
            found["shipments"] = fields.computed(serializers.JSONField(read_only=True), self.one_shipment)
        return found

    def one_shipment(self, order):
        tracking_ids = self.subset("Tracking", ("tracking_ids",))(order).data.get("tracking_ids")
        return [{"tracking_ids": tracking_ids}] if tracking_ids else []

    def get_can_preview(self, order) -> bool:
        """Whether the view can say what a change would do."""
        return any(change.preview for change in getattr(self.context.get("view"), "changes", {}).values())


class PaymentMethodSerializer(RecordSerializer):
    shape = {
        "payment_method_id": "id", "kind": "text", "brand": "text", "last_four": "text", "balance": "money",
    }  # fmt: skip
    id_name, required = "payment_method_id", ("kind",)


class CustomerSerializer(VersionedSerializer):
    shape = {
        "customer_id": "id", "email": "text", "first_name": "text", "last_name": "text", "address": "object",
        "currency": "text", "payment_methods": "object", "version": "object",
    }  # fmt: skip
    id_name = "customer_id"
    row = ("customer_id", "email", "first_name", "last_name", "postcode")


# The kind of every field, also of those that only rows have.
KINDS_OF = {
    name: kind
    for record in (ProductSerializer, OrderSerializer, CustomerSerializer)
    for name, kind in record.shape.items()
} | {"image": "link", "item_count": "count", "tracking_ids": "texts", "postcode": "text"}


class CategorySerializer(serializers.Serializer):
    name = serializers.CharField()
    count = serializers.IntegerField()


class DetailSerializer(serializers.Serializer):
    detail = serializers.CharField()


class RefusalSerializer(DetailSerializer):
    code = serializers.CharField()
