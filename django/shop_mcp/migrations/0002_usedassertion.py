from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop_mcp", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="UsedAssertion",
            fields=[
                ("jti", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("expires_at", models.PositiveBigIntegerField(db_index=True)),
            ],
        ),
    ]
