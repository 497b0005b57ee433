"""Which column of the database a source such as "category.name" is read from."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models


def column_of(model, source):
    """The field of the model that a dotted source ends at. None where it is a property, a method, a
    relation, or leads through more than one row: the database cannot compare that."""
    if not isinstance(source, str):
        return None
    *relations, name = source.split(".")
    try:
        for relation in relations:
            field = model._meta.get_field(relation)
            if not (field.many_to_one or field.one_to_one):
                return None
            model = field.related_model
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_key = name == "pk" or name == getattr(field, "attname", None)
    return field if isinstance(field, models.Field) and (is_key or not field.is_relation) else None


def lookup_of(source):
    """A dotted source as a lookup of the ORM: `category__name`."""
    return source.replace(".", "__")
