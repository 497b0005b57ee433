"""The records of idempotency keys belong to the app shop_mcp. They are moved, so that a change which is sent again
after the update is still not made twice."""

from django.db import migrations

FIELDS = ["user_id", "key", "fingerprint", "created_at", "status", "body"]


def move(origin, target):
    def copy(apps, schema_editor):
        old, new = (apps.get_model(label, "IdempotencyRecord").objects for label in (origin, target))
        new.bulk_create(new.model(**row) for row in old.values(*FIELDS).iterator())

    return copy


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0003_quantity_and_order_number"),
        ("shop_mcp", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(move("shop", "shop_mcp"), move("shop_mcp", "shop")),
        migrations.DeleteModel("IdempotencyRecord"),
    ]
