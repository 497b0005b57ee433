"""`ShopCursorPagination`, the pagination of every list in views.py."""

import re

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param

# How `str()` formats the value of a column in a cursor, by type of column.
POSITION_PATTERNS = {
    "IntegerField": r"[0-9]{1,9}",
    "DecimalField": r"[0-9]{1,8}\.[0-9]{2}",
    "DateTimeField": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00",
}
TEXT_PATTERN = r"[^\0]*"  # PostgreSQL has no NUL


class ShopCursorPagination(CursorPagination):
    """DRF's cursor pagination, with the page size and the ordering of the view.

    The view has `ordering`, and `validated_query` with a `limit`. A cursor that this class could
    not have issued is answered with 404. DRF accepts some of those, and fails with a 500 when the
    position is not a value of the column that the list is ordered by.
    """

    def paginate_queryset(self, queryset, request, view=None):
        self.page_size = view.validated_query["limit"]
        name = view.ordering[0].lstrip("-")
        annotation = queryset.query.annotations.get(name)
        self.column = annotation.output_field if annotation else queryset.model._meta.get_field(name)
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request, queryset, view):
        return view.ordering

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
        if not re.fullmatch(POSITION_PATTERNS.get(self.column.get_internal_type(), TEXT_PATTERN), position):
            return False
        try:
            self.column.to_python(position)
        except ValidationError:  # such as a thirteenth month
            return False
        return True
