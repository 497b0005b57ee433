"""What every change of an order has in common."""

from shop.tests.factories import NEW_ADDRESS, NOW_TEXT, PAID, REPLACE_BODY, RETURN_BODY, order
from shop.tests.testcases import OrderTestCase


class EveryOrderChangeTests(OrderTestCase):
    calls = [
        ("POST", "cancel", {"reason": "ordered_by_mistake"}, "pending", "Cancelled: ordered by mistake."),
        ("PATCH", "address", {"address": NEW_ADDRESS}, "pending", "Address changed."),
        ("POST", "items", REPLACE_BODY, "pending", "Items changed."),
        ("PATCH", "payment", {"payment_method_id": "PAYPAL"}, "pending", "Payment method changed."),
        ("POST", "returns", RETURN_BODY, "delivered", "Return requested."),
        ("POST", "exchanges", REPLACE_BODY, "delivered", "Exchange requested."),
    ]

    def test_answers_with_order_as_get_does(self):
        for method, path, body, status, _ in self.calls:
            self.load_shop(order(payments=PAID, status=status))
            answer = self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body))
            self.assertEqual(answer.pop("change")["kind"], path)
            stored = self.read("orders/O-1").json()
            self.assertIsNone(stored.pop("change"))
            self.assertEqual(answer, stored, path)

    def test_sets_updated_at_and_extends_existing_timeline(self):
        entry = {"at": "2026-11-02T09:15:00Z", "status": "pending"}
        after = {"cancel": "cancelled", "returns": "return_requested", "exchanges": "exchange_requested"}
        for method, path, body, status, note in self.calls:
            for timeline in ([entry], [], None):
                self.load_shop(order(payments=PAID, status=status, timeline=timeline))
                self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body))
                added = {"at": NOW_TEXT, "status": after.get(path, status), "note": note}
                self.assertEqual(self.stored_order()["updated_at"], NOW_TEXT)
                self.assertEqual(
                    self.stored_order().get("timeline"), None if timeline is None else [*timeline, added]
                )

    def test_leaves_other_orders_unchanged(self):
        for method, path, body, status, _ in self.calls:
            self.load_shop(*(order(order_id=f"O-{n}", payments=PAID, status=status) for n in (1, 2)))
            before = self.stored_order("O-2")
            self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body))
            self.assertEqual(self.stored_order("O-2"), before)

    def test_is_allowed_to_customer_of_order_and_staff(self):
        absent = {"detail": "No Order matches the given query."}
        for method, path, body, status, _ in self.calls:
            self.load_shop(order(payments=PAID, status=status))
            self.assertRefused(method, f"orders/O-1/{path}", body, 404, absent, as_user="leo")
            self.assertRefused(method, f"orders/nothing/{path}", body, 404, absent)
            self.assertRefused(method, f"orders/%00/{path}", body, 404, absent)
            self.assertRefused(
                method, f"orders/O-1/{path}", "nonsense", 404, absent, as_user="leo"
            )  # before the body
            self.assertSucceeds(self.send(method, f"orders/O-1/{path}", body, as_user="sam"))

    def test_requires_fields_of_its_body(self):
        for method, path, body, _, _ in self.calls:
            self.load_shop(order(payments=PAID, status="cancelled"))  # the body comes before the rules
            required = {name: ["This field is required."] for name in body}
            self.assertRefused(method, f"orders/O-1/{path}", {}, 400, required)
            whole = {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}
            self.assertRefused(method, f"orders/O-1/{path}", [], 400, whole)

    def test_takes_1_to_100_items(self):
        self.load_shop(order(payments=PAID))
        for path in ("items", "returns", "exchanges"):
            for count, sentence in ((0, "This list may not be empty."),
                                    (101, "Ensure this field has no more than 100 elements.")):  # fmt: skip
                body = {"items": REPLACE_BODY["items"] * count, "payment_method_id": "CARD"}
                self.assertRefused(
                    "POST", f"orders/O-1/{path}", body, 400, {"items": {"non_field_errors": [sentence]}}
                )
        wrong = {"items": [{"item_id": "x" * 129}, REPLACE_BODY["items"][0]], "payment_method_id": " "}
        self.assertRefused("POST", "orders/O-1/items", wrong, 400, {
            "items": {"0": {"item_id": ["Ensure this field has no more than 128 characters."],
                            "new_item_id": ["This field is required."]}},
            "payment_method_id": ["This field may not be blank."],
        })  # fmt: skip
