"""Model fields that behave the same on SQLite and PostgreSQL. Used by models.py."""

from django.db import models


class CodePointCollationMixin:
    """Compares text by code point, whatever the locale of the database.

    SQLite does so by default. PostgreSQL does under the collation "C", whose LOWER() folds ASCII
    letters only, as SQLite's does.
    """

    def db_parameters(self, connection):
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class CodePointCharField(CodePointCollationMixin, models.CharField):
    pass


class CodePointTextField(CodePointCollationMixin, models.TextField):
    pass


class OrderedObjectField(models.JSONField):
    """A JSON object that keeps the order of its keys. It is stored as a list of pairs, because
    PostgreSQL's jsonb sorts the keys of objects."""

    def get_prep_value(self, value):
        return [list(pair) for pair in value.items()]

    def from_db_value(self, value, expression, connection):
        return dict(super().from_db_value(value, expression, connection))
