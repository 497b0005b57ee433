"""The commands load_world and dump_world."""

import io
import json
from copy import deepcopy
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import TestCase
from django.utils import timezone

from shop.models import Order, SupportRequest
from shop.tests.factories import WORLD, WORLD_FILE
from shop_mcp.models import IdempotencyRecord


class WorldTests(TestCase):
    def load_world(self, content):
        text = content if isinstance(content, str) else json.dumps(content)
        with mock.patch("sys.stdin", io.StringIO(text)):
            call_command("load_world", "-")

    def dump_world(self):
        call_command("dump_world", stdout=(out := io.StringIO()))
        return out.getvalue()

    def test_dump_equals_loaded_world_byte_for_byte(self):
        for _ in range(2):  # the second load replaces the first
            call_command("load_world", str(WORLD_FILE))
            self.assertEqual(self.dump_world(), json.dumps(WORLD, ensure_ascii=False, indent=2) + "\n")

    def test_dump_is_canonical(self):
        given = deepcopy(WORLD)
        tea, mia, order = given["products"][2], given["customers"][0], given["orders"][0]
        tea["items"][0]["price"] = 12.5
        mia["staff"], order["items_modified"] = False, False
        order["cancel_reason"], given["customers"][1]["payment_methods"][0]["brand"] = None, None
        order["items"][0]["quantity"] = 1
        order["placed_at"] = "2026-11-02T10:15:00.000+01:00"
        order["address"] = dict(reversed(order["address"].items()))
        self.load_world(given)
        self.assertEqual(self.dump_world(), json.dumps(WORLD, ensure_ascii=False, indent=2) + "\n")
        empty = {"currency": "USD", "products": [], "customers": [], "orders": []}
        self.load_world({**empty, "support_requests": [], "shop": None})
        self.assertEqual(json.loads(self.dump_world()), empty)

    def test_ids_are_of_any_script(self):
        for value in ("9" * 128, "注文-7", "हिन्दी", "٣", "é~1", "a..b"):
            given = deepcopy(WORLD)
            given["orders"][1]["order_id"] = value
            del given["support_requests"]
            self.load_world(given)
            self.assertEqual(json.loads(self.dump_world())["orders"][1]["order_id"], value)

    def test_users_have_tokens_and_no_passwords(self):
        self.load_world(WORLD)
        user = Order.objects.get(pk="O-1").customer.user
        self.assertFalse(user.has_usable_password())
        self.assertEqual((user.username, user.auth_token.key, user.is_staff), ("C-MIA", "mia-token", False))

    def test_load_deletes_idempotency_records(self):
        self.load_world(WORLD)
        user = Order.objects.get(pk="O-1").customer.user
        IdempotencyRecord.objects.create(user=user, key="k", fingerprint="f", created_at=timezone.now())
        self.load_world(WORLD)
        self.assertFalse(IdempotencyRecord.objects.exists())

    def test_invalid_world_is_reported_and_changes_nothing(self):
        self.load_world(WORLD)
        before = self.dump_world()
        bad = {
            'orders[3].status: "lost" is not a valid choice.': ("orders", 3, "status", "lost"),
            "orders[1].placed_at: Not an instant": ("orders", 1, "placed_at", "yesterday"),
            "orders[1].estimated_delivery: Not a date": ("orders", 1, "estimated_delivery", "2026-11-31"),
            "orders[1].timeline[1].at: Not an instant": ("orders", 1, "timeline", 1, "at", 5),
            "orders[1].exchange.price_difference: A valid number": ("orders", 1, "exchange", "price_difference", "5"),
            'orders[0].customer_id: there is no "nobody"': ("orders", 0, "customer_id", "nobody"),
            'orders[2].order_id: "O-1" is there twice': ("orders", 2, "order_id", "O-1"),
            "orders[0].items[1].options.weight: Not a valid string": ("orders", 0, "items", 1, "options", "weight", 5),
            "orders[1].shipments[0].tracking_ids[1]: Not a valid": ("orders", 1, "shipments", 0, "tracking_ids", 1, 5),
            "orders: Expected a list": ("orders", {}),
            "orders[5].note: No such key": ("orders", 5, "note", ""),
            "products[0].product_id: Not an id": ("products", 0, "product_id", "a/b"),
            "products[2].product_id: Not an id": ("products", 2, "product_id", "é" * 129),
            "orders[0].order_id: Not an id": ("orders", 0, "order_id", "-1"),
            "orders[1].items[0].quantity: Ensure this value": ("orders", 1, "items", 0, "quantity", 0),
            "orders[2].items[0].quantity: A valid integer": ("orders", 2, "items", 0, "quantity", "2"),
            "products[1].product_id: This field may not be blank": ("products", 1, "product_id", ""),
            "products[0].items[1].price: A valid number": ("products", 0, "items", 1, "price", "9.5"),
            "products[0].items[0].price: Ensure this value": ("products", 0, "items", 0, "price", "-9.50"),
            "products[0].items[0].available: Must be": ("products", 0, "items", 0, "available", "yes"),
            "products[0].items: This list may not be empty": ("products", 0, "items", []),
            'products[2].items[0].item_id: "I-TEAPOT" is': ("products", 2, "items", 0, "item_id", "I-TEAPOT"),
            "products[2].name: Null characters": ("products", 2, "name", "a\0b"),
            "customers[1].address.line2: This field is required": ("customers", 1, "address", "line2", None),
            'customers[2].token: "mia-token" is there twice': ("customers", 2, "token", "mia-token"),
            'support_requests[0].order_id: there is no "O-9"': ("support_requests", 0, "order_id", "O-9"),
            "currency: Not a currency": ("currency", "euro"),
            "extra: No such key": ("extra", 1),
        }  # fmt: skip
        for message, (*path, key, value) in bad.items():
            given = deepcopy(WORLD)
            parent = given
            for step in path:
                parent = parent[step]
            parent[key] = value
            with self.assertRaises(CommandError) as refusal:
                self.load_world(given)
            self.assertTrue(str(refusal.exception).startswith(message), refusal.exception)
        for text, message in {"{": "not JSON", "[]": "world: Invalid data"}.items():
            with self.assertRaisesMessage(CommandError, message):
                self.load_world(text)
        with self.assertRaisesMessage(CommandError, "No such file"):
            call_command("load_world", "/nowhere/world.json")
        self.assertEqual(self.dump_world(), before)

    def test_load_that_fails_changes_nothing(self):
        self.load_world(WORLD)
        before = self.dump_world()
        with mock.patch.object(SupportRequest.objects, "bulk_create", side_effect=DatabaseError):
            with self.assertRaises(DatabaseError):
                self.load_world({**WORLD, "currency": "USD"})
        self.assertEqual(self.dump_world(), before)
