"""POST /api/orders/ID/items/: what is replaced, paid and refunded."""

from shop.tests.factories import REPLACE, order, refusal, replace, spoken
from shop.tests.testcases import OrderTestCase


class ChangingItems(OrderTestCase):
    def change(self, *pairs, by="CARD"):
        return self.done(self.post("orders/O-1/items", replace(*pairs, by=by)))

    def test_a_line_takes_id_options_and_present_price(self):
        self.given(order("INK-RED PEN-RED PEN-GREY", payments=["payment 20.90 CARD"]))
        answer = self.change("PEN-RED PEN-BLUE")
        self.assertEqual(answer["lines"][1], {
            "item_id": "PEN-BLUE", "product_id": "PEN", "name": "As bought", "options": {"colour": "blue"},
            "price": "12.50",
        })  # fmt: skip
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["INK-RED", "PEN-BLUE", "PEN-GREY"])
        self.assertEqual((answer["items_modified"], answer["status"], answer["total"]), (True, "pending", "23.40"))

    def test_the_nth_mention_is_the_nth_line_as_it_was(self):
        self.given(order("PEN-RED PEN-BLUE PEN-RED"))
        answer = self.change("PEN-RED PEN-GREY", "PEN-BLUE PEN-RED", "PEN-RED PEN-TIN")
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["PEN-GREY", "PEN-RED", "PEN-TIN"])

    def test_the_old_price_is_the_lines_not_the_catalogues(self):
        bought = order("PEN-RED")
        bought["items"][0]["price"] = "9.99"
        self.given(bought)
        self.change("PEN-RED PEN-TIN")
        self.assertEqual(self.payments(), ["payment 0.01 CARD"])

    def test_the_difference_is_paid_refunded_or_nothing(self):
        dearer, cheaper, same = "PEN-RED PEN-BLUE", "PEN-RED PEN-GREY", "PEN-RED PEN-TIN"
        for pairs, by, payments, balance in (
            ([dearer], "CARD", ["payment 2.50 CARD"], "10.00"),
            ([dearer], "GIFT", ["payment 2.50 GIFT"], "7.50"),
            ([cheaper], "PAYPAL", ["refund 2.10 PAYPAL"], "10.00"),
            ([cheaper], "GIFT", ["refund 2.10 GIFT"], "12.10"),
            ([same], "GIFT", [], "10.00"),
            ([dearer, cheaper], "GIFT", ["payment 0.40 GIFT"], "9.60"),
        ):
            self.given(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"]))
            self.change(*pairs, by=by)
            self.assertEqual(self.payments(), ["payment 20.00 CARD", *payments])
            self.assertEqual(self.balances(), {"GIFT": balance})

    def test_a_hundred_cents_are_exact(self):
        bought = order(" ".join(["PEN-RED"] * 100))
        for line in bought["items"]:
            line["price"] = "9.90"
        self.given(bought)
        self.change(*["PEN-RED PEN-TIN"] * 100, by="GIFT")
        self.assertEqual((self.payments(), self.balances()), (["payment 10.00 GIFT"], {"GIFT": "0.00"}))

    def test_once_and_only_of_a_pending_order(self):
        path = "orders/O-1/items"
        self.given(order())
        self.change("PEN-RED PEN-BLUE")
        self.refused("POST", path, replace("PEN-BLUE PEN-RED"), 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip
        self.refused_when("POST", path, REPLACE, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip
