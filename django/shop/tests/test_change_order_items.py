"""POST /api/orders/ID/items/"""

from shop.tests.factories import REPLACE_BODY, humanize, order, refusal, replace_body
from shop.tests.testcases import OrderTestCase


class ChangeOrderItemsTests(OrderTestCase):
    def change(self, *pairs, method="CARD"):
        return self.assertSucceeds(self.post("orders/O-1/items", replace_body(*pairs, method=method)))

    def test_line_gets_id_options_and_current_price_of_new_item(self):
        self.load_shop(order("INK-RED PEN-RED PEN-GREY", payments=["payment 20.90 CARD"]))
        answer = self.change("PEN-RED PEN-BLUE")
        self.assertEqual(answer["lines"][1], {
            "item_id": "PEN-BLUE", "product_id": "PEN", "name": "As bought", "options": {"colour": "blue"},
            "price": "12.50", "quantity": 1,
        })  # fmt: skip
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["INK-RED", "PEN-BLUE", "PEN-GREY"])
        self.assertEqual((answer["items_modified"], answer["status"], answer["total"]), (True, "pending", "23.40"))

    def test_nth_mention_of_item_is_its_nth_original_line(self):
        self.load_shop(order("PEN-RED PEN-BLUE PEN-RED"))
        answer = self.change("PEN-RED PEN-GREY", "PEN-BLUE PEN-RED", "PEN-RED PEN-TIN")
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["PEN-GREY", "PEN-RED", "PEN-TIN"])

    def test_new_item_takes_one_piece_off_a_line(self):
        bought = order("PEN-RED PEN-BLUE")
        bought["items"][0]["quantity"] = 3
        self.load_shop(bought)
        too_many = replace_body(*["PEN-RED PEN-TIN"] * 4)
        self.assertItemsRefused(
            "orders/O-1/items", too_many, "Item PEN-RED was bought 3 times, and is named more often."
        )
        answer = self.change("PEN-RED PEN-GREY", "PEN-BLUE PEN-TIN")
        pieces = [(line["item_id"], line["quantity"]) for line in answer["lines"]]
        self.assertEqual(pieces, [("PEN-RED", 2), ("PEN-TIN", 1), ("PEN-GREY", 1)])
        self.assertEqual((answer["total"], self.stored_payments()), ("37.90", ["refund 4.60 CARD"]))
        self.assertEqual(answer["lines"][2], {
            "item_id": "PEN-GREY", "product_id": "PEN", "name": "As bought", "options": {"colour": "grey"},
            "price": "7.90", "quantity": 1,
        })  # fmt: skip

    def test_last_piece_gives_its_line_to_the_new_item(self):
        bought = order("PEN-RED PEN-BLUE")
        bought["items"][0]["quantity"] = 2
        self.load_shop(bought)
        answer = self.change("PEN-RED PEN-GREY", "PEN-RED PEN-TIN")
        pieces = [(line["item_id"], line["quantity"]) for line in answer["lines"]]
        self.assertEqual(pieces, [("PEN-TIN", 1), ("PEN-BLUE", 1), ("PEN-GREY", 1)])

    def test_old_price_is_that_of_line_not_of_catalog(self):
        bought = order("PEN-RED")
        bought["items"][0]["price"] = "9.99"
        self.load_shop(bought)
        self.change("PEN-RED PEN-TIN")
        self.assertEqual(self.stored_payments(), ["payment 0.01 CARD"])

    def test_difference_is_charged_or_refunded(self):
        dearer, cheaper, same = "PEN-RED PEN-BLUE", "PEN-RED PEN-GREY", "PEN-RED PEN-TIN"
        for pairs, method, payments, balance in (
            ([dearer], "CARD", ["payment 2.50 CARD"], "10.00"),
            ([dearer], "GIFT", ["payment 2.50 GIFT"], "7.50"),
            ([cheaper], "PAYPAL", ["refund 2.10 PAYPAL"], "10.00"),
            ([cheaper], "GIFT", ["refund 2.10 GIFT"], "12.10"),
            ([same], "GIFT", [], "10.00"),
            ([dearer, cheaper], "GIFT", ["payment 0.40 GIFT"], "9.60"),
        ):
            self.load_shop(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"]))
            self.change(*pairs, method=method)
            self.assertEqual(self.stored_payments(), ["payment 20.00 CARD", *payments])
            self.assertEqual(self.gift_card_balances(), {"GIFT": balance})

    def test_sums_of_cents_are_exact(self):
        bought = order(" ".join(["PEN-RED"] * 100))
        for line in bought["items"]:
            line["price"] = "9.90"
        self.load_shop(bought)
        self.change(*["PEN-RED PEN-TIN"] * 100, method="GIFT")
        self.assertEqual(
            (self.stored_payments(), self.gift_card_balances()), (["payment 10.00 GIFT"], {"GIFT": "0.00"})
        )

    def test_requires_pending_order_and_happens_once(self):
        path = "orders/O-1/items"
        self.load_shop(order())
        self.change("PEN-RED PEN-BLUE")
        self.assertRefused("POST", path, replace_body("PEN-BLUE PEN-RED"), 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip
        self.assertRequiresStatus("pending", "POST", path, REPLACE_BODY, lambda status: refusal(
            "not_pending", f"Only a pending order can be changed; this one is {humanize(status)}."))  # fmt: skip
