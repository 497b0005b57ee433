"""POST /api/orders/ID/cancel/"""

from shop.tests.factories import PAID, order, refusal, spoken
from shop.tests.testcases import OrderTestCase


class Cancelling(OrderTestCase):
    def cancel(self, reason="no_longer_needed"):
        return self.done(self.post("orders/O-1/cancel", {"reason": reason}))

    def test_it_is_cancelled_and_refunded(self):
        self.given(order(payments=PAID))
        answer = self.cancel()
        self.assertEqual((answer["status"], answer["cancel_reason"]), ("cancelled", "no_longer_needed"))
        self.assertEqual(self.payments(), ["payment 10.00 CARD", "refund 10.00 CARD"])
        self.assertEqual(self.balances(), {"GIFT": "10.00"})

    def test_each_method_gets_back_what_it_still_paid_first_payments_first(self):
        before = ["refund 9.00 EMPTY", "payment 3.10 PAYPAL", "payment 0.10 GIFT", "refund 3.10 PAYPAL",
                  "payment 0.20 GIFT", "payment 5.00 CARD", "refund 1.50 CARD"]  # fmt: skip
        self.given(order(payments=before))
        self.cancel()
        self.assertEqual(self.payments(), [*before, "refund 0.30 GIFT", "refund 3.50 CARD"])
        self.assertEqual(self.balances(), {"GIFT": "10.30"})

    def test_a_gift_card_gains_at_once(self):
        self.given(order(payments=["payment 4.05 GIFT", "payment 0.95 EMPTY", "payment 1.00 GONE"]))
        self.cancel()
        self.assertEqual(self.balances(), {"GIFT": "14.05", "EMPTY": "0.95"})
        self.assertEqual(self.payments()[3:], ["refund 4.05 GIFT", "refund 0.95 EMPTY", "refund 1.00 GONE"])

    def test_it_is_the_customers_card_that_gains_whoever_cancels(self):
        self.given(order(payments=["payment 4.00 GIFT"]))
        self.done(self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, by="sam"))
        self.assertEqual((self.balances(), self.balances("leo")), ({"GIFT": "14.00"}, {"GIFT": "10.00"}))

    def test_what_was_not_paid_is_not_refunded(self):
        for payments in ([], ["payment 5.00 GIFT", "refund 5.00 GIFT"], ["payment 5.00 GIFT", "refund 6.00 GIFT"]):
            self.given(order(payments=payments))
            self.cancel()
            self.assertEqual((self.payments(), self.balances()), (payments, {"GIFT": "10.00"}))

    def test_only_a_pending_order(self):
        body = {"reason": "no_longer_needed"}
        self.refused_when("POST", "orders/O-1/cancel", body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be cancelled; this one is {spoken(status)}."))  # fmt: skip
        self.given(order(items_modified=True))
        self.refused("POST", "orders/O-1/cancel", body, 409, refusal(
            "items_modified", "Its items were changed, and an order whose items were changed cannot be cancelled."))  # fmt: skip

    def test_only_for_one_of_two_reasons(self):
        self.given(order())
        for reason, told in (
            ("bored", "bored"),
            ("", ""),
            ("\ud800", "\N{REPLACEMENT CHARACTER}"),
            (["x"], "['x']"),
        ):
            answer = {"reason": [f'"{told}" is not a valid choice.']}
            self.refused("POST", "orders/O-1/cancel", {"reason": reason}, 400, answer)
