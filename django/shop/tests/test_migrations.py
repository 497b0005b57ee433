"""Migrations that move rows."""

from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase
from django.utils import timezone

from shop_mcp.models import IdempotencyRecord


class MigrationTests(TransactionTestCase):
    def migrate(self, name):
        executor = MigrationExecutor(connection)
        executor.migrate([("shop", name)])
        return executor.loader.project_state([("shop", name)]).apps

    def test_records_of_keys_move_to_the_app_and_back(self):
        user = User.objects.create(username="mia")
        try:
            old = self.migrate("0003_quantity_and_order_number").get_model("shop", "IdempotencyRecord")
            old.objects.create(
                user_id=user.pk, key="k", fingerprint="f", created_at=timezone.now(), status=200, body="{}"
            )
            self.migrate("0004_idempotency_records_to_shop_mcp")
            record = IdempotencyRecord.objects.get()
            self.assertEqual((record.user, record.key, record.status, record.body), (user, "k", 200, "{}"))
            back = self.migrate("0003_quantity_and_order_number").get_model("shop", "IdempotencyRecord")
            self.assertEqual(back.objects.get().key, "k")
        finally:
            IdempotencyRecord.objects.all().delete()
            self.migrate("0004_idempotency_records_to_shop_mcp")
