"""What the sources of the serializers make of models with names of their own."""

from unittest import mock

from django.test import TestCase

from shop_mcp import serializers
from shop_mcp.tests.bookshop.api import BookSerializer, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Book, Purchase
from shop_mcp.tests.testcases import BookshopMixin


class SourceTests(BookshopMixin, TestCase):
    def test_product_has_the_fields_that_the_model_has(self):
        self.assertEqual(self.get("products/bees/").json(), {
            "product_id": "bees", "name": "Bees", "description": "Of honey and maps", "category": "Nature",
            "price": "9.00", "currency": "EUR", "available": False, "images": ["/bees.jpg", "/b.jpg"],
        })  # fmt: skip

    def test_row_of_a_product_has_its_first_image(self):
        rows = {row["product_id"]: row for row in self.get("products/search/").json()["results"]}
        self.assertEqual((rows["bees"]["image"], rows["atlas"]["image"]), ("/bees.jpg", None))
        self.assertEqual((rows["atlas"]["available"], "description" in rows["atlas"]), (True, False))

    def test_order_in_full(self):
        pk = self.purchases[0].pk
        answer = self.get(self.order_path()).json()
        version = answer.pop("version")
        self.assertEqual(answer, {
            "order_id": str(pk), "order_number": "B-0", "customer_id": str(self.purchases[0].client_id),
            "status": "pending", "placed_at": "2026-11-22T12:00:00Z", "currency": "EUR", "total": "60.00",
            "address": {"line1": "1 Elm Row"},
            "lines": [{"item_id": "atlas", "name": "A Brown Atlas", "price": "30.00", "quantity": 2}],
            "payments": [{"kind": "payment", "amount": "60.00"}],
            "can_cancel": {"allowed": True, "reason": "It is not packed yet."},
            "can_change_address": {"allowed": True, "reason": "It is possible now."},
            "can_preview": True,
        })  # fmt: skip
        self.assertRegex(version, "^[0-9a-f]{16}$")

    def test_rows_and_status_of_orders_are_parts_of_it(self):
        answer = self.get(self.order_path()).json()
        status = self.get(f"{self.order_path()}status/").json()
        self.assertEqual(set(status), {"order_id", "order_number", "status", "placed_at"})
        row = self.get("orders/").json()["results"][1]
        self.assertEqual(row.pop("item_count"), 2)
        self.assertEqual(row, {name: answer[name] for name in row})
        self.assertEqual(status, {name: answer[name] for name in status})

    def test_tracking_ids_are_a_shipment(self):
        sources = {**PurchaseSerializer.sources, "tracking_ids": lambda purchase: [purchase.number]}
        with mock.patch.object(PurchaseSerializer, "sources", sources):
            self.assertEqual(self.get(f"{self.order_path()}status/").json()["tracking_ids"], ["B-0"])
            self.assertEqual(self.get(self.order_path()).json()["shipments"], [{"tracking_ids": ["B-0"]}])

    def test_money_and_ids_are_never_guessed(self):
        with mock.patch.object(BookSerializer, "sources", {"name": "title", "category": None}):
            self.assertEqual(
                set(self.get(f"products/{Book.objects.get(isbn='bees').pk}/").json()),
                {"product_id", "name", "currency"},
            )

    def test_address_in_columns_of_the_order(self):
        class AddressSerializer(serializers.AddressSerializer):
            model = Purchase
            sources = {"line1": "street", "city": "number"}

        declared = {**PurchaseSerializer._declared_fields, "address": AddressSerializer(source="*")}
        with mock.patch.object(PurchaseSerializer, "_declared_fields", declared):
            self.assertEqual(self.get(self.order_path()).json()["address"], {"line1": "1 Elm Row", "city": "B-0"})

    def test_status_without_a_word_in_the_contract_is_passed_on(self):
        with mock.patch.object(PurchaseSerializer, "statuses", {9: "cancelled"}):
            self.assertEqual(self.get(self.order_path()).json()["status"], "1")
