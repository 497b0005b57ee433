import re

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param

# How `str()` writes the value of a column into a cursor.
POSITIONS = {
    "IntegerField": r"[0-9]{1,9}",
    "DecimalField": r"[0-9]{1,8}\.[0-9]{2}",
    "DateTimeField": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00",
}
TEXT = r"[^\0]*"  # PostgreSQL has no NUL


class CursorPages(CursorPagination):
    """DRF's cursor pages, as long as the view's checked `query` says and in its `ordering`.

    A cursor that this class could not have given out is a bad cursor: 404. DRF reads such ones
    leniently, and a position that is no value of the ordering's column is its 500.
    """

    def paginate_queryset(self, queryset, request, view=None):
        self.page_size = view.query["limit"]
        name = view.ordering[0].lstrip("-")
        annotation = queryset.query.annotations.get(name)
        self.column = annotation.output_field if annotation else queryset.model._meta.get_field(name)
        return super().paginate_queryset(queryset, request, view)

    def get_ordering(self, request, queryset, view):
        return view.ordering

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor and not (self.is_own(cursor, request) and self.fits(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_own(self, cursor, request):
        """Whether `encode_cursor` would write this cursor the way it came."""
        given = request.query_params[self.cursor_query_param]
        return self.encode_cursor(cursor) == replace_query_param(self.base_url, self.cursor_query_param, given)

    def fits(self, position):
        """Whether the position is none, or a value of the ordering's column."""
        if position is None:
            return True
        if not re.fullmatch(POSITIONS.get(self.column.get_internal_type(), TEXT), position):
            return False
        try:
            self.column.to_python(position)
        except ValidationError:  # a thirteenth month
            return False
        return True
