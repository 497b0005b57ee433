"""What holds for every change of an order."""

from shop.tests.factories import NEW_ADDRESS, PAID, REPLACE, RETURN, WRITTEN, order
from shop.tests.testcases import OrderTestCase


class EveryChange(OrderTestCase):
    calls = [
        ("POST", "cancel", {"reason": "ordered_by_mistake"}, "pending", "Cancelled: ordered by mistake."),
        ("PATCH", "address", {"address": NEW_ADDRESS}, "pending", "Address changed."),
        ("POST", "items", REPLACE, "pending", "Items changed."),
        ("PATCH", "payment", {"payment_method_id": "PAYPAL"}, "pending", "Payment method changed."),
        ("POST", "returns", RETURN, "delivered", "Return requested."),
        ("POST", "exchanges", REPLACE, "delivered", "Exchange requested."),
    ]

    def test_answers_the_order_as_it_is_read(self):
        for method, path, body, status, _ in self.calls:
            self.given(order(payments=PAID, status=status))
            answer = self.done(self.send(method, f"orders/O-1/{path}", body))
            headers = {"Authorization": "Token mia-token"}
            self.assertEqual(answer, self.client.get("/api/orders/O-1/", headers=headers).json(), path)

    def test_is_dated_and_noted_where_there_is_a_timeline(self):
        entry = {"at": "2026-11-02T09:15:00Z", "status": "pending"}
        after = {"cancel": "cancelled", "returns": "return_requested", "exchanges": "exchange_requested"}
        for method, path, body, status, note in self.calls:
            for timeline in ([entry], [], None):
                self.given(order(payments=PAID, status=status, timeline=timeline))
                self.done(self.send(method, f"orders/O-1/{path}", body))
                told = {"at": WRITTEN, "status": after.get(path, status), "note": note}
                self.assertEqual(self.stored()["updated_at"], WRITTEN)
                self.assertEqual(self.stored().get("timeline"), None if timeline is None else [*timeline, told])

    def test_leaves_other_orders_alone(self):
        for method, path, body, status, _ in self.calls:
            self.given(*(order(order_id=f"O-{n}", payments=PAID, status=status) for n in (1, 2)))
            before = self.stored("O-2")
            self.done(self.send(method, f"orders/O-1/{path}", body))
            self.assertEqual(self.stored("O-2"), before)

    def test_is_the_customers_or_the_staffs(self):
        absent = {"detail": "No Order matches the given query."}
        for method, path, body, status, _ in self.calls:
            self.given(order(payments=PAID, status=status))
            self.refused(method, f"orders/O-1/{path}", body, 404, absent, by="leo")
            self.refused(method, f"orders/nothing/{path}", body, 404, absent)
            self.refused(method, f"orders/%00/{path}", body, 404, absent)
            self.refused(method, f"orders/O-1/{path}", "nonsense", 404, absent, by="leo")  # before the body
            self.done(self.send(method, f"orders/O-1/{path}", body, by="sam"))

    def test_needs_what_its_body_says(self):
        for method, path, body, _, _ in self.calls:
            self.given(order(payments=PAID, status="cancelled"))  # the body comes before the rules
            required = {name: ["This field is required."] for name in body}
            self.refused(method, f"orders/O-1/{path}", {}, 400, required)
            whole = {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}
            self.refused(method, f"orders/O-1/{path}", [], 400, whole)

    def test_lists_one_to_a_hundred_items(self):
        self.given(order(payments=PAID))
        for path in ("items", "returns", "exchanges"):
            for count, sentence in ((0, "This list may not be empty."),
                                    (101, "Ensure this field has no more than 100 elements.")):  # fmt: skip
                body = {"items": REPLACE["items"] * count, "payment_method_id": "CARD"}
                self.refused("POST", f"orders/O-1/{path}", body, 400, {"items": {"non_field_errors": [sentence]}})
        wrong = {"items": [{"item_id": "x" * 65}, REPLACE["items"][0]], "payment_method_id": " "}
        self.refused("POST", "orders/O-1/items", wrong, 400, {
            "items": {"0": {"item_id": ["Ensure this field has no more than 64 characters."],
                            "new_item_id": ["This field is required."]}},
            "payment_method_id": ["This field may not be blank."],
        })  # fmt: skip
