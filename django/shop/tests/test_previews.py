"""POST /api/orders/ID/previews/, and the `change` in the answer to a change."""

from copy import deepcopy
from unittest import mock

from django.core import mail
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from shop import rules
from shop.models import Order
from shop.serializers import OrderSerializer
from shop.tests.factories import (
    NEW_ADDRESS, NOW_TEXT, PAID, RETURN_BODY, database_rows, order, refusal, replace_body,
)  # fmt: skip
from shop.tests.testcases import OrderTestCase

ENTRY = {"at": "2026-11-02T09:15:00Z", "status": "pending"}
CHEAPER, DEARER = replace_body("PEN-RED PEN-GREY", method="GIFT"), replace_body("PEN-RED PEN-BLUE")
# Method, path, body, status of the order before, payments that are added, their sum.
CHANGES = [
    ("POST", "cancel", {"reason": "ordered_by_mistake"}, "pending", ["refund 10.00 CARD"], "-10.00"),
    ("PATCH", "address", {"address": NEW_ADDRESS}, "pending", [], None),
    ("POST", "items", DEARER, "pending", ["payment 2.50 CARD"], "2.50"),
    ("POST", "items", CHEAPER, "pending", ["refund 2.10 GIFT"], "-2.10"),
    ("POST", "items", replace_body("PEN-RED PEN-TIN"), "pending", [], None),
    ("PATCH", "payment", {"payment_method_id": "GIFT"}, "pending",
     ["payment 10.00 GIFT", "refund 10.00 CARD"], "0.00"),
    ("POST", "returns", RETURN_BODY, "delivered", [], None),
    ("POST", "exchanges", CHEAPER, "delivered", [], None),
]  # fmt: skip


class PreviewTests(OrderTestCase):
    def preview(self, change, body, order_id="O-1", **more):
        return self.post(f"orders/{order_id}/previews", {"change": change, "body": body}, **more)

    def test_is_the_order_after_the_change_and_stores_nothing(self):
        for items in ("PEN-RED", "PEN-RED PEN-RED INK-RED"):
            for method, path, body, status, _, _ in CHANGES:
                self.load_shop(order(items, payments=PAID, status=status, timeline=[ENTRY]))
                before = database_rows()
                preview = self.assertSucceeds(self.preview(path, body))
                self.assertEqual(database_rows(), before, path)
                changed = self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body))
                self.assertEqual(preview, changed)
                self.assertEqual(changed["timeline"][-1]["at"], NOW_TEXT)

    def test_takes_pieces_off_a_line(self):
        bought = order("PEN-RED", payments=PAID)
        bought["items"][0]["quantity"] = 3
        self.load_shop(bought)
        body = replace_body("PEN-RED PEN-BLUE", "PEN-RED PEN-GREY")
        preview = self.assertSucceeds(self.preview("items", body))
        lines = [(line["item_id"], line["quantity"]) for line in preview["lines"]]
        self.assertEqual(lines, [("PEN-RED", 1), ("PEN-BLUE", 1), ("PEN-GREY", 1)])
        self.assertEqual(preview, self.assertSucceeds(self.post("orders/O-1/items", body)))
        self.assertEqual(self.read("orders/O-1").json()["lines"], preview["lines"])

    def test_leaves_the_order_that_it_is_made_of_as_it_is(self):
        for _, path, body, status, _, _ in CHANGES:
            self.load_shop(order("PEN-RED PEN-RED", payments=PAID, status=status, timeline=[ENTRY]))
            stored = Order.objects.get()
            before = deepcopy(OrderSerializer(stored).data)
            methods = {method.payment_method_id: method for method in stored.customer.payment_methods.all()}
            rules.changed_order(stored, path, methods, body)
            self.assertEqual(OrderSerializer(stored).data, before)

    def test_only_reads(self):
        for _, path, body, status, _, _ in CHANGES:
            self.load_shop(order(payments=PAID, status=status))
            lock = mock.patch.object(QuerySet, "select_for_update", side_effect=AssertionError)
            with lock, CaptureQueriesContext(connection) as queries:
                self.assertSucceeds(self.preview(path, body))
            for query in queries:
                self.assertRegex(query["sql"], "^SELECT")
        self.assertEqual(mail.outbox, [])

    def test_needs_no_idempotency_key(self):
        self.load_shop(order(payments=PAID))
        response = self.client.post(
            "/api/orders/O-1/previews/",
            {"change": "cancel", "body": {"reason": "no_longer_needed"}},
            headers={"Authorization": "Token mia-token"},
        )
        self.assertEqual(self.assertSucceeds(response)["status"], "cancelled")
        self.assertNotIn("ETag", response.headers)

    def test_is_refused_as_the_change_is(self):
        for method, path, body, status, _, _ in CHANGES:
            for now, sent in (("shipped", body), (status, {}), (status, {"items": [], "reason": 7, "address": []})):
                self.load_shop(order(payments=PAID, status=now))
                answer = self.send(method, f"orders/O-1/{path}", sent)
                self.assertIn(answer.status_code, (400, 409))
                preview = self.preview(path, sent)
                self.assertEqual((preview.status_code, preview.content), (answer.status_code, answer.content))

    def test_of_what_a_gift_card_does_not_cover_is_refused(self):
        self.load_shop(order("INK-RED", payments=["payment 10.01 CARD"]))
        self.assertRefused("POST", "orders/O-1/previews", {"change": "payment", "body": {"payment_method_id": "GIFT"}},
            409, refusal("gift_card_balance", "Gift card GIFT has 10.00 EUR, and 10.01 EUR are needed."))  # fmt: skip

    def test_of_an_order_that_is_not_the_callers_is_404(self):
        self.load_shop(order(payments=PAID))
        body = {"change": "cancel", "body": {"reason": "no_longer_needed"}}
        absent = {"detail": "No Order matches the given query."}
        self.assertRefused("POST", "orders/O-1/previews", body, 404, absent, as_user="leo")
        self.assertRefused("POST", "orders/O-1/previews", "nonsense", 404, absent, as_user="leo")
        self.assertRefused("POST", "orders/nothing/previews", body, 404, absent)
        self.assertSucceeds(self.post("orders/O-1/previews", body, as_user="sam"))

    def test_of_no_change_is_refused(self):
        self.load_shop(order(payments=PAID))
        required = ["This field is required."]
        wrong = [
            ({}, {"change": required, "body": required}),
            ({"change": "refund", "body": {}}, {"change": ['"refund" is not a valid choice.']}),
            ({"change": "cancel", "body": [1]},
             {"body": ['Expected a dictionary of items but got type "list".']}),
            ({"change": None, "body": None}, {name: ["This field may not be null."] for name in ("change", "body")}),
            ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ]  # fmt: skip
        for body, errors in wrong:
            self.assertRefused("POST", "orders/O-1/previews", body, 400, errors)

    def test_nested_too_deeply_is_refused(self):
        self.load_shop(order(payments=PAID))
        deep = '{"change": "cancel", "body": ' + '{"a":' * 100_000 + "1" + "}" * 100_001
        response = self.client.generic(
            "POST", "/api/orders/O-1/previews/", deep, "application/json", headers={"Authorization": "Token mia-token"}
        )
        self.assertEqual(response.json(), {"detail": "JSON parse error - Nested too deeply."})


class ReceiptTests(OrderTestCase):
    def test_names_the_payments_that_the_change_added(self):
        for method, path, body, status, payments, amount in CHANGES:
            self.load_shop(order(payments=PAID, status=status))
            answer = self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body, key="k"))
            added = [" ".join(one.values()) for one in answer["change"].pop("payments")]
            self.assertEqual((answer["change"], added), ({"kind": path, "amount": amount}, payments))
            again = self.send(method, f"orders/O-1/{path}", body, key="k").json()
            self.assertEqual(again["change"]["amount"], amount)
