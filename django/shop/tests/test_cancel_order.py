"""POST /api/orders/ID/cancel/"""

from shop.tests.factories import PAID, humanize, order, refusal
from shop.tests.testcases import OrderTestCase


class CancelOrderTests(OrderTestCase):
    def cancel(self, reason="no_longer_needed"):
        return self.assertSucceeds(self.post("orders/O-1/cancel", {"reason": reason}))

    def test_cancels_and_refunds(self):
        self.load_shop(order(payments=PAID))
        answer = self.cancel()
        self.assertEqual((answer["status"], answer["cancel_reason"]), ("cancelled", "no_longer_needed"))
        self.assertEqual(self.stored_payments(), ["payment 10.00 CARD", "refund 10.00 CARD"])
        self.assertEqual(self.gift_card_balances(), {"GIFT": "10.00"})

    def test_refunds_net_payment_of_each_method_in_order_of_payment(self):
        before = ["refund 9.00 EMPTY", "payment 3.10 PAYPAL", "payment 0.10 GIFT", "refund 3.10 PAYPAL",
                  "payment 0.20 GIFT", "payment 5.00 CARD", "refund 1.50 CARD"]  # fmt: skip
        self.load_shop(order(payments=before))
        self.cancel()
        self.assertEqual(self.stored_payments(), [*before, "refund 0.30 GIFT", "refund 3.50 CARD"])
        self.assertEqual(self.gift_card_balances(), {"GIFT": "10.30"})

    def test_adds_refund_to_gift_card_balance(self):
        self.load_shop(order(payments=["payment 4.05 GIFT", "payment 0.95 EMPTY", "payment 1.00 GONE"]))
        self.cancel()
        self.assertEqual(self.gift_card_balances(), {"GIFT": "14.05", "EMPTY": "0.95"})
        self.assertEqual(self.stored_payments()[3:], ["refund 4.05 GIFT", "refund 0.95 EMPTY", "refund 1.00 GONE"])

    def test_refunds_gift_card_of_customer_when_staff_cancel(self):
        self.load_shop(order(payments=["payment 4.00 GIFT"]))
        self.assertSucceeds(self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, as_user="sam"))
        self.assertEqual(
            (self.gift_card_balances(), self.gift_card_balances("leo")), ({"GIFT": "14.00"}, {"GIFT": "10.00"})
        )

    def test_refunds_nothing_that_was_not_paid(self):
        for payments in ([], ["payment 5.00 GIFT", "refund 5.00 GIFT"], ["payment 5.00 GIFT", "refund 6.00 GIFT"]):
            self.load_shop(order(payments=payments))
            self.cancel()
            self.assertEqual((self.stored_payments(), self.gift_card_balances()), (payments, {"GIFT": "10.00"}))

    def test_requires_pending_order_with_original_items(self):
        body = {"reason": "no_longer_needed"}
        self.assertRequiresStatus("pending", "POST", "orders/O-1/cancel", body, lambda status: refusal(
            "not_pending", f"Only a pending order can be cancelled; this one is {humanize(status)}."))  # fmt: skip
        self.load_shop(order(items_modified=True))
        self.assertRefused("POST", "orders/O-1/cancel", body, 409, refusal(
            "items_modified", "Its items were changed, and an order whose items were changed cannot be cancelled."))  # fmt: skip

    def test_requires_one_of_two_reasons(self):
        self.load_shop(order())
        for reason, quoted in (
            ("bored", "bored"),
            ("", ""),
            ("\ud800", "\N{REPLACEMENT CHARACTER}"),
            (["x"], "['x']"),
        ):
            answer = {"reason": [f'"{quoted}" is not a valid choice.']}
            self.assertRefused("POST", "orders/O-1/cancel", {"reason": reason}, 400, answer)
