"""Path converters, registered by urls.py."""

from django.urls.converters import StringConverter


class IdConverter(StringConverter):
    """An id in a path. PostgreSQL rejects a lookup with a NUL character, so it is replaced by
    U+FFFD, which no id contains either: the lookup finds nothing and the answer is 404."""

    def to_python(self, value):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
