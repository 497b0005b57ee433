"""The kinds of values in the contract, as fields of a serializer."""

from datetime import date
from decimal import Decimal

from rest_framework import ISO_8601, serializers

from shop_mcp.changes import Ruling


class MoneyField(serializers.DecimalField):
    """An exact decimal as text, `"12.50"`, as it is written: nothing is rounded. A value with an `amount` and a
    `currency`, such as django-money's, is an object of both."""

    def __init__(self, **options):
        super().__init__(**{"max_digits": None, "decimal_places": None, **options, "coerce_to_string": True})

    def to_representation(self, value):
        if hasattr(value, "amount") and hasattr(value, "currency"):
            return {"amount": self.to_representation(value.amount), "currency": str(value.currency)}
        if self.decimal_places is not None:  # of a column
            return super().to_representation(value)
        return format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")


class FlagField(serializers.BooleanField):
    """True or false; of a number, such as that of the pieces in stock, whether it is above zero."""

    def to_representation(self, value):
        if not isinstance(value, (bool, int, float, Decimal)):  # "sold out" would be true
            raise TypeError(f"{self.field_name} is {value!r}, which is neither true, false nor a number.")
        return value > 0


class CountField(serializers.IntegerField):
    """A number of pieces. One that is not whole, of what is sold by weight, is a decimal as text."""

    def to_representation(self, value):
        return super().to_representation(value) if value == int(value) else str(value)


class MomentField(serializers.DateTimeField):
    """A time, or a day, as ISO 8601 whatever REST_FRAMEWORK says."""

    def __init__(self, **options):
        super().__init__(format=ISO_8601, **options)

    def to_representation(self, value):
        is_day = isinstance(value, date) and not hasattr(value, "hour")
        return value.isoformat() if is_day else super().to_representation(value)


class LinkField(serializers.CharField):
    """An address; that of a file, too."""

    def to_representation(self, value):
        return (value.url if value else None) if hasattr(value, "url") else super().to_representation(value)


class TextListField(serializers.ListField):
    child = serializers.CharField()


class TextDictField(serializers.DictField):
    child = serializers.CharField()


class StatusField(serializers.CharField):
    """A status in the words of the contract. One that `statuses` does not name is passed on as it is."""

    def __init__(self, statuses, **options):
        super().__init__(**options)
        self.statuses = statuses

    def to_representation(self, value):
        return self.statuses.get(value, super().to_representation(value))


class RulingSerializer(serializers.Serializer):
    """Whether something can be done with the order, and why."""

    allowed = serializers.BooleanField()
    reason = serializers.CharField()

    def to_representation(self, ruling):
        return super().to_representation(Ruling.of(ruling))


class ConstantField(serializers.CharField):
    """The same text for every row."""

    def __init__(self, text, **options):
        super().__init__(**options)
        self.text = text

    def get_attribute(self, instance):
        return self.text


def computed(field, function):
    """The field, with a value that `function` makes of the row."""
    field.get_attribute = function
    return field
