import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop_mcp", "0002_usedassertion")]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "type",
                    models.CharField(
                        choices=[("order.changed", "Order"), ("product.changed", "Product")], max_length=20
                    ),
                ),
                ("subject", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, null=True)),
                ("settled_at", models.DateTimeField(db_index=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
            ],
        ),
    ]
