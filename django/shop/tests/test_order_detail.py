"""GET /api/orders/ID/ and GET /api/orders/ID/status/"""

from copy import deepcopy

from shop.tests.factories import WORLD
from shop.tests.testcases import ShopTestCase


class OrderDetailTests(ShopTestCase):
    def test_returns_order_with_lines_payments_and_shipments(self):
        with self.assertNumQueries(5):
            order = self.get_json("orders/O-2/", as_user="mia")
        self.assertRegex(order.pop("version"), "^[0-9a-f]{16}$")
        given = deepcopy(WORLD["orders"][1])
        given["timeline"][0]["note"] = None
        given["lines"] = given.pop("items")
        self.assertEqual(order, {
            **given, "currency": "EUR", "total": "79.80", "items_modified": False, "cancel_reason": None,
            "return": None, "can_preview": True, "change": None,
            "can_cancel": {
                "allowed": False, "reason": "Only a pending order can be cancelled; this one is exchange requested."},
            "can_change": {
                "allowed": False, "reason": "Only a pending order can be changed; this one is exchange requested."},
            "can_change_address": {
                "allowed": False,
                "reason": "Only the address of a pending order can be changed; this one is exchange requested."},
            "can_return": {
                "allowed": False,
                "reason": "Only a delivered order can be returned or exchanged; this one is exchange requested."},
        })  # fmt: skip

    def test_missing_values_are_null(self):
        order = self.get_json("orders/O-3/", as_user="leo")
        for name in ("order_number", "updated_at", "estimated_delivery", "timeline", "exchange", "cancel_reason"):
            self.assertIsNone(order[name], name)
        self.assertEqual(order["return"], {"item_ids": ["I-LAMP"], "payment_method_id": "M-CARD", "amount": "0.20"})
        self.assertEqual(order["total"], "0.30")
        self.assertEqual({line["quantity"] for line in order["lines"]}, {1})
        self.assertEqual(self.get_json("orders/O-1/", as_user="mia")["timeline"], [])
        self.assertEqual(self.get_json("orders/O-4/", as_user="leo")["total"], "0.00")

    def test_reports_what_the_rules_allow(self):
        rulings = lambda path, as_user: [  # noqa: E731
            (ruling["allowed"], ruling["reason"])
            for name, ruling in self.get_json(path, as_user=as_user).items()
            if name.startswith("can_") and name != "can_preview"
        ]
        self.assertEqual(rulings("orders/O-1/", "mia"), [
            (True, "A pending order can be cancelled."),
            (True, "A pending order can be changed."),
            (True, "The address of a pending order can be changed."),
            (False, "Only a delivered order can be returned or exchanged; this one is pending."),
        ])  # fmt: skip
        self.assertEqual(rulings("orders/O-5/", "leo")[:3], [
            (False, "Its items were changed, and an order whose items were changed cannot be cancelled."),
            (False, "Its items were changed once already; only its address can still be changed."),
            (True, "The address of a pending order can be changed."),
        ])  # fmt: skip
        self.assertEqual(rulings("orders/O-6/", "mia"), [
            (False, "Only a pending order can be cancelled; this one is delivered."),
            (False, "Only a pending order can be changed; this one is delivered."),
            (False, "Only the address of a pending order can be changed; this one is delivered."),
            (True, "A delivered order can be returned or exchanged once."),
        ])  # fmt: skip

    def test_status_has_dates_and_tracking_ids(self):
        with self.assertNumQueries(3):
            status = self.get_json("orders/O-2/status/", as_user="mia")
        self.assertEqual(status, {
            "order_id": "O-2", "order_number": "K-2026/0002", "status": "exchange_requested",
            "placed_at": "2026-10-01T08:00:00.250000Z", "updated_at": "2026-10-09T08:00:00Z", "estimated_delivery": "2026-10-05",
            "tracking_ids": ["T-1", "T-2", "T-3"],
        })  # fmt: skip
        status = self.get_json("orders/O-3/status/", as_user="staff")
        self.assertEqual(
            (status["updated_at"], status["estimated_delivery"], status["tracking_ids"]), (None, None, [])
        )

    def test_order_of_other_customer_is_404_like_unknown_one(self):
        for path in ("orders/O-1/", "orders/O-1/status/", "orders/nothing/", "orders/nothing/status/"):
            self.assertEqual(
                self.get_json(path, as_user="leo", status=404), {"detail": "No Order matches the given query."}
            )
        self.get_json("orders/O-1/", as_user="staff")
