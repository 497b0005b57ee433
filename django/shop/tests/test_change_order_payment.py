"""PATCH /api/orders/ID/payment/"""

from shop.tests.factories import PAID, gift, order, refusal, spoken
from shop.tests.testcases import OrderTestCase


class ChangingThePayment(OrderTestCase):
    path = "orders/O-1/payment"

    def change(self, method_id):
        return self.done(self.patch(self.path, {"payment_method_id": method_id}))

    def test_the_new_method_pays_and_the_old_is_refunded(self):
        self.given(order(payments=PAID))
        self.change("PAYPAL")
        self.assertEqual(self.payments(), [*PAID, "payment 10.00 PAYPAL", "refund 10.00 CARD"])

    def test_gift_cards_move_at_once(self):
        self.given(order(payments=PAID))
        self.change("GIFT")
        self.assertEqual(self.balances(), {"GIFT": "0.00"})
        self.given(order(payments=["payment 0.10 GIFT"]), methods=[gift("GIFT", "0.20"), gift("OTHER", "0.10")])
        self.change("OTHER")
        self.assertEqual(self.balances(), {"GIFT": "0.30", "OTHER": "0.00"})

    def test_a_gift_card_covers_the_whole(self):
        self.given(order(payments=["payment 10.01 CARD"]))
        self.refused("PATCH", self.path, {"payment_method_id": "GIFT"}, 409, refusal(
            "gift_card_balance", "Gift card GIFT has 10.00 EUR, and 10.01 EUR are needed."))  # fmt: skip

    def test_another_method_of_the_customer(self):
        self.given(order(payments=PAID))
        for method_id, sentence in (("CARD", "CARD pays for this order already."),
                                    ("nothing", "nothing is not a payment method of this customer.")):  # fmt: skip
            body = {"payment_method_id": method_id}
            self.refused("PATCH", self.path, body, 400, {"payment_method_id": [sentence]})

    def test_a_method_that_is_gone_is_not_the_customers_whatever_it_paid(self):
        self.given(order(payments=["payment 10.00 GONE"]))
        self.refused("PATCH", self.path, {"payment_method_id": "GONE"}, 400, {
            "payment_method_id": ["GONE is not a payment method of this customer."]})  # fmt: skip
        self.change("PAYPAL")

    def test_only_a_single_payment(self):
        single = refusal(
            "payment_not_single",
            "The payment method can be changed only while the order has exactly one payment and no refund.",
        )
        for payments in ([], ["refund 1.00 CARD"], PAID * 2, [*PAID, "refund 1.00 CARD"]):
            self.given(order(payments=payments))
            self.refused("PATCH", self.path, {"payment_method_id": "nothing"}, 409, single)

    def test_only_of_a_pending_order_with_its_first_items(self):
        body = {"payment_method_id": "PAYPAL"}
        self.refused_when("PATCH", self.path, body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip
        self.given(order(items_modified=True))  # no payment either, but the state comes first
        self.refused("PATCH", self.path, body, 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip
