"""POST /api/orders/ID/returns/ and POST /api/orders/ID/exchanges/"""

from shop.tests.factories import PAID, REPLACE, RETURN, give_back, order, refusal, replace, spoken
from shop.tests.testcases import OrderTestCase


class ReturningAndExchanging(OrderTestCase):
    def test_a_return_is_a_request_and_moves_no_money(self):
        self.given(order("PEN-RED INK-RED PEN-RED", payments=["payment 23.00 CARD"], status="delivered"))
        self.done(self.post("orders/O-1/returns", give_back("PEN-RED", "INK-RED", "PEN-RED", to="GIFT")))
        stored = self.stored()
        self.assertEqual(stored["status"], "return_requested")
        self.assertEqual(
            stored["return"], {"item_ids": ["PEN-RED", "INK-RED", "PEN-RED"], "payment_method_id": "GIFT"}
        )
        self.assertEqual((self.payments(), self.balances()), (["payment 23.00 CARD"], {"GIFT": "10.00"}))

    def test_an_exchange_is_a_request_and_moves_no_money(self):
        for pairs, difference in (
            (["PEN-RED PEN-BLUE"], "2.50"),
            (["PEN-RED PEN-GREY"], "-2.10"),
            (["PEN-RED PEN-TIN"], "0.00"),
            (["PEN-RED PEN-BLUE", "PEN-RED PEN-GREY"], "0.40"),
        ):
            self.given(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"], status="delivered"))
            before = self.stored()["items"]
            self.done(self.post("orders/O-1/exchanges", replace(*pairs, by="GIFT")))
            stored = self.stored()
            self.assertEqual((stored["status"], stored["items"]), ("exchange_requested", before))
            self.assertEqual(stored["exchange"], {
                "item_ids": [pair.split()[0] for pair in pairs], "new_item_ids": [pair.split()[1] for pair in pairs],
                "payment_method_id": "GIFT", "price_difference": difference,
            })  # fmt: skip
            self.assertEqual((self.payments(), self.balances()), (["payment 20.00 CARD"], {"GIFT": "10.00"}))

    def test_what_cannot_be_returned(self):
        self.given(order("PEN-RED", status="delivered"))
        path = "orders/O-1/returns"
        self.refused_entry(path, give_back("INK-RED", to="nothing"), "Item INK-RED is not in this order.")
        sentence = "Item PEN-RED was bought once, and is named more often."
        self.refused_entry(path, give_back("PEN-RED", "PEN-RED", to="nothing"), sentence)

    def test_a_return_goes_to_who_paid_or_to_a_gift_card(self):
        refused = {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]}  # fmt: skip
        bought = {
            "CARD": PAID,
            "GONE": ["payment 10.00 GONE"],  # the customer's no more, and still the one that paid
            "PAYPAL": ["payment 5.00 CARD", "refund 5.00 CARD", "payment 5.00 PAYPAL", "payment 1.00 CARD",
                       "refund 1.00 CARD"],
            None: ["payment 10.00 CARD", "refund 10.00 CARD"],
        }  # fmt: skip
        for original, payments in bought.items():
            for method_id in ("CARD", "PAYPAL", "GONE", "GIFT", "EMPTY", "nothing"):
                self.given(order(payments=payments, status="delivered"))
                body = give_back("PEN-RED", to=method_id)
                if method_id in (original, "GIFT", "EMPTY"):
                    self.done(self.post("orders/O-1/returns", body))
                else:
                    self.refused("POST", "orders/O-1/returns", body, 400, refused)

    def test_of_two_that_paid_the_first_is_the_original(self):
        self.given(order(payments=["payment 5.00 PAYPAL", "payment 5.00 CARD"], status="delivered"))
        self.refused("POST", "orders/O-1/returns", RETURN, 400, {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]})  # fmt: skip
        self.done(self.post("orders/O-1/returns", {**RETURN, "payment_method_id": "PAYPAL"}))

    def test_once_and_only_of_a_delivered_order(self):
        codes = {"return_requested": "already_returned", "exchange_requested": "already_exchanged"}
        for path, body in (("returns", RETURN), ("exchanges", REPLACE)):
            self.refused_when("POST", f"orders/O-1/{path}", body, lambda status: status != "delivered" and refusal(
                codes.get(status, "not_delivered"),
                f"Only a delivered order can be returned or exchanged; this one is {spoken(status)}."))  # fmt: skip
