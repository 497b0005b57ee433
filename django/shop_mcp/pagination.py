"""`ShopCursorPagination`, the pagination of every list in views.py."""

import re
from datetime import datetime, timezone

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param

from shop_mcp.columns import column_of

TEXT_PATTERN = r"[^\0]*"  # PostgreSQL has no NUL
INTEGERS = BaseDatabaseOperations.integer_field_ranges


# A decimal of no certain number of places, or of so many that Python writes 1E-7.
DECIMAL = r"-?[0-9]{1,30}(\.[0-9]{1,30})?(E-[0-9]{1,2})?"


def position_pattern(column):
    """How `str()` formats a value of the column, which is what a cursor has."""
    if isinstance(column, models.DecimalField):
        places = column.decimal_places
        return (
            DECIMAL if places is None or places > 6 else r"-?[0-9]{1,30}" + (rf"\.[0-9]{{{places}}}" if places else "")
        )
    if isinstance(column, models.DateTimeField):
        zone = r"[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?" if settings.USE_TZ else ""
        return rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{6}})?{zone}"
    if isinstance(column, models.IntegerField):
        return r"-?[0-9]{1,19}"
    return TEXT_PATTERN


def fits(column, value, zone):
    """Whether the column can hold the value, with times in this zone. A database may fail to compare it with one that it cannot."""
    if isinstance(column, models.DecimalField):
        return column.max_digits is None or value.adjusted() < max(1, column.max_digits - column.decimal_places)
    if isinstance(column, models.IntegerField):
        low, high = INTEGERS.get(column.get_internal_type(), INTEGERS["IntegerField"])
        return low <= value <= high
    if isinstance(column, models.DateTimeField) and settings.USE_TZ:
        return value.utcoffset() == value.astimezone(zone).utcoffset()  # raises OverflowError for the year 0
    return True


# What stands for no value, by the kind of the column: before all others.
EARLIEST = datetime(1, 1, 2, tzinfo=timezone.utc)
NOTHING = [
    (models.DateTimeField, lambda: EARLIEST if settings.USE_TZ else EARLIEST.replace(tzinfo=None)),
    (models.DateField, EARLIEST.date),
    ((models.DecimalField, models.FloatField, models.IntegerField), lambda: 0),
    ((models.CharField, models.TextField), str),
]


def not_null(name, column):
    """An expression for a column that has a value for each row."""
    nothing = next((make() for kinds, make in NOTHING if isinstance(column, kinds)), None)
    return F(name) if nothing is None else Coalesce(F(name), Value(nothing, column), output_field=column)


class ShopCursorPagination(CursorPagination):
    """DRF's cursor pagination, with the page size and the ordering of the view.

    The view has `ordering`, and `validated_query` with a `limit`. A cursor that this class could
    not have issued is answered with 404. DRF accepts some of those, and fails with a 500 when the
    position is not a value of the column that the list is ordered by.
    """

    # Of rows with the same position. Beyond DRF's 1,000, pages would repeat.
    offset_cutoff = 1_000_000

    def paginate_queryset(self, queryset, request, view=None):
        self.page_size = view.validated_query["limit"]
        self.ordering_columns = view.ordering
        self.zone = connections[queryset.db].timezone  # UTC, or that of the database's TIME_ZONE
        first = view.ordering[0]
        name = first.lstrip("-")
        annotation = queryset.query.annotations.get(name)
        self.column = annotation.output_field if annotation else column_of(queryset.model, name.replace("__", "."))
        self.pattern = position_pattern(self.column)
        if not annotation and ("__" in name or self.column.null):
            # A comparison loses the rows without a value, and DRF reads the position from an attribute of the row.
            queryset = queryset.annotate(shop_mcp_position=not_null(name, self.column))
            sign = "-" if first.startswith("-") else ""
            self.ordering_columns = (f"{sign}shop_mcp_position", *view.ordering[1:])
            if isinstance(self.column, models.DecimalField):
                self.pattern = DECIMAL  # of an expression SQLite gives no trailing zeros
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request, queryset, view):
        return self.ordering_columns

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor and not (self.is_canonical(cursor, request) and self.is_valid_position(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_canonical(self, cursor, request):
        """Whether `encode_cursor` gives the very text that was sent."""
        sent = request.query_params[self.cursor_query_param]
        return self.encode_cursor(cursor) == replace_query_param(self.base_url, self.cursor_query_param, sent)

    def is_valid_position(self, position):
        """Whether the position is None, or a value of the column that the list is ordered by."""
        if position is None:
            return True
        if not re.fullmatch(self.pattern, position):
            return False
        try:
            return fits(self.column, self.column.to_python(position), self.zone)
        except (ValidationError, OverflowError):  # such as a thirteenth month
            return False
