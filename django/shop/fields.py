from django.db import models


class CodePointOrder:
    """Text compared by code point, whatever the database's locale.

    SQLite compares so by itself; PostgreSQL does under its collation "C", whose LOWER() folds
    ASCII letters only, as SQLite's does.
    """

    def db_parameters(self, connection):
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class CodePointCharField(CodePointOrder, models.CharField):
    pass


class CodePointTextField(CodePointOrder, models.TextField):
    pass


class OrderedObjectField(models.JSONField):
    """A JSON object whose names keep the order they were given in: PostgreSQL's jsonb would sort
    them, so they are stored as a list of pairs."""

    def get_prep_value(self, value):
        return [list(pair) for pair in value.items()]

    def from_db_value(self, value, expression, connection):
        return dict(super().from_db_value(value, expression, connection))
