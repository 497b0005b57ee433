"""PATCH /api/orders/ID/payment/"""

from shop.tests.factories import PAID, gift_card, humanize, order, refusal
from shop.tests.testcases import OrderTestCase


class ChangeOrderPaymentTests(OrderTestCase):
    path = "orders/O-1/payment"

    def change(self, method_id):
        return self.assertSucceeds(self.patch(self.path, {"payment_method_id": method_id}))

    def test_charges_new_method_and_refunds_old_one(self):
        self.load_shop(order(payments=PAID))
        self.change("PAYPAL")
        self.assertEqual(self.stored_payments(), [*PAID, "payment 10.00 PAYPAL", "refund 10.00 CARD"])

    def test_adjusts_gift_card_balances(self):
        self.load_shop(order(payments=PAID))
        self.change("GIFT")
        self.assertEqual(self.gift_card_balances(), {"GIFT": "0.00"})
        self.load_shop(
            order(payments=["payment 0.10 GIFT"]), methods=[gift_card("GIFT", "0.20"), gift_card("OTHER", "0.10")]
        )
        self.change("OTHER")
        self.assertEqual(self.gift_card_balances(), {"GIFT": "0.30", "OTHER": "0.00"})

    def test_gift_card_must_cover_whole_payment(self):
        self.load_shop(order(payments=["payment 10.01 CARD"]))
        self.assertRefused("PATCH", self.path, {"payment_method_id": "GIFT"}, 409, refusal(
            "gift_card_balance", "Gift card GIFT has 10.00 EUR, and 10.01 EUR are needed."))  # fmt: skip

    def test_requires_another_method_of_customer(self):
        self.load_shop(order(payments=PAID))
        for method_id, sentence in (("CARD", "CARD pays for this order already."),
                                    ("nothing", "nothing is not a payment method of this customer.")):  # fmt: skip
            body = {"payment_method_id": method_id}
            self.assertRefused("PATCH", self.path, body, 400, {"payment_method_id": [sentence]})

    def test_removed_method_is_rejected_even_if_it_paid(self):
        self.load_shop(order(payments=["payment 10.00 GONE"]))
        self.assertRefused("PATCH", self.path, {"payment_method_id": "GONE"}, 400, {
            "payment_method_id": ["GONE is not a payment method of this customer."]})  # fmt: skip
        self.change("PAYPAL")

    def test_requires_single_payment(self):
        single = refusal(
            "payment_not_single",
            "The payment method can be changed only while the order has exactly one payment and no refund.",
        )
        for payments in ([], ["refund 1.00 CARD"], PAID * 2, [*PAID, "refund 1.00 CARD"]):
            self.load_shop(order(payments=payments))
            self.assertRefused("PATCH", self.path, {"payment_method_id": "nothing"}, 409, single)

    def test_requires_pending_order_with_original_items(self):
        body = {"payment_method_id": "PAYPAL"}
        self.assertRequiresStatus("pending", "PATCH", self.path, body, lambda status: refusal(
            "not_pending", f"Only a pending order can be changed; this one is {humanize(status)}."))  # fmt: skip
        self.load_shop(order(items_modified=True))  # it has no payment either, but its state is checked first
        self.assertRefused("PATCH", self.path, body, 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip
