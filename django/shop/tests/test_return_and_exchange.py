"""POST /api/orders/ID/returns/ and POST /api/orders/ID/exchanges/"""

from shop.tests.factories import (
    PAID,
    REPLACE_BODY,
    RETURN_BODY,
    humanize,
    order,
    refusal,
    replace_body,
    return_body,
)
from shop.tests.testcases import OrderTestCase


class ReturnAndExchangeTests(OrderTestCase):
    def test_return_is_recorded_without_refund(self):
        self.load_shop(order("PEN-RED INK-RED PEN-RED", payments=["payment 23.00 CARD"], status="delivered"))
        self.assertSucceeds(
            self.post("orders/O-1/returns", return_body("PEN-RED", "INK-RED", "PEN-RED", method="GIFT"))
        )
        stored = self.stored_order()
        self.assertEqual(stored["status"], "return_requested")
        self.assertEqual(
            stored["return"], {"item_ids": ["PEN-RED", "INK-RED", "PEN-RED"], "payment_method_id": "GIFT"}
        )
        self.assertEqual(
            (self.stored_payments(), self.gift_card_balances()), (["payment 23.00 CARD"], {"GIFT": "10.00"})
        )

    def test_return_amount_is_what_its_pieces_cost(self):
        for item_ids, amount in ((["PEN-RED"], "10.00"), (["PEN-RED", "PEN-RED"], "20.00"), (["GONE"], None)):
            request = {"item_ids": item_ids, "payment_method_id": "GIFT"}
            self.load_shop(order("PEN-RED INK-RED PEN-RED", status="return_requested", **{"return": request}))
            answer = self.client.get("/api/orders/O-1/", headers={"Authorization": "Token mia-token"}).json()
            self.assertEqual(answer["return"], {**request, "amount": amount})

    def test_exchange_is_recorded_without_payment(self):
        for pairs, difference in (
            (["PEN-RED PEN-BLUE"], "2.50"),
            (["PEN-RED PEN-GREY"], "-2.10"),
            (["PEN-RED PEN-TIN"], "0.00"),
            (["PEN-RED PEN-BLUE", "PEN-RED PEN-GREY"], "0.40"),
        ):
            self.load_shop(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"], status="delivered"))
            before = self.stored_order()["items"]
            self.assertSucceeds(self.post("orders/O-1/exchanges", replace_body(*pairs, method="GIFT")))
            stored = self.stored_order()
            self.assertEqual((stored["status"], stored["items"]), ("exchange_requested", before))
            self.assertEqual(stored["exchange"], {
                "item_ids": [pair.split()[0] for pair in pairs], "new_item_ids": [pair.split()[1] for pair in pairs],
                "payment_method_id": "GIFT", "price_difference": difference,
            })  # fmt: skip
            self.assertEqual(
                (self.stored_payments(), self.gift_card_balances()), (["payment 20.00 CARD"], {"GIFT": "10.00"})
            )

    def test_return_requires_lines_of_order(self):
        self.load_shop(order("PEN-RED", status="delivered"))
        path = "orders/O-1/returns"
        self.assertItemsRefused(
            path, return_body("INK-RED", method="nothing"), "Item INK-RED is not in this order."
        )
        sentence = "Item PEN-RED was bought once, and is named more often."
        self.assertItemsRefused(path, return_body("PEN-RED", "PEN-RED", method="nothing"), sentence)

    def test_message_counts_lines_beyond_two(self):
        self.load_shop(order("INK-RED INK-RED INK-RED", status="delivered"))
        sentence = "Item INK-RED was bought 3 times, and is named more often."
        self.assertItemsRefused("orders/O-1/returns", return_body(*["INK-RED"] * 4), sentence)

    def test_return_requires_original_method_or_gift_card(self):
        refused = {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]}  # fmt: skip
        bought = {
            "CARD": PAID,
            "GONE": ["payment 10.00 GONE"],  # the customer no longer has it, but it paid
            "PAYPAL": ["payment 5.00 CARD", "refund 5.00 CARD", "payment 5.00 PAYPAL", "payment 1.00 CARD",
                       "refund 1.00 CARD"],
            None: ["payment 10.00 CARD", "refund 10.00 CARD"],
        }  # fmt: skip
        for original, payments in bought.items():
            for method_id in ("CARD", "PAYPAL", "GONE", "GIFT", "EMPTY", "nothing"):
                self.load_shop(order(payments=payments, status="delivered"))
                body = return_body("PEN-RED", method=method_id)
                if method_id in (original, "GIFT", "EMPTY"):
                    self.assertSucceeds(self.post("orders/O-1/returns", body))
                else:
                    self.assertRefused("POST", "orders/O-1/returns", body, 400, refused)

    def test_original_method_is_first_of_two_that_paid(self):
        self.load_shop(order(payments=["payment 5.00 PAYPAL", "payment 5.00 CARD"], status="delivered"))
        self.assertRefused("POST", "orders/O-1/returns", RETURN_BODY, 400, {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]})  # fmt: skip
        self.assertSucceeds(self.post("orders/O-1/returns", {**RETURN_BODY, "payment_method_id": "PAYPAL"}))

    def test_requires_delivered_order_and_happens_once(self):
        codes = {"return_requested": "already_returned", "exchange_requested": "already_exchanged"}
        for path, body in (("returns", RETURN_BODY), ("exchanges", REPLACE_BODY)):
            self.assertRequiresStatus("delivered", "POST", f"orders/O-1/{path}", body, lambda status: refusal(
                codes.get(status, "not_delivered"),
                f"Only a delivered order can be returned or exchanged; this one is {humanize(status)}."))  # fmt: skip
