"""What POST /api/orders/ID/items/ and POST /api/orders/ID/exchanges/ require of the new items."""

from shop.models import PaymentMethod
from shop.tests.factories import REPLACE_BODY, gift_card, order, refusal, replace_body
from shop.tests.testcases import OrderTestCase


class ReplaceItemsTests(OrderTestCase):
    both = (("items", "pending"), ("exchanges", "delivered"))

    def test_requires_lines_of_order_and_available_items_of_same_product(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"

            def refused(sentence, *pairs):
                self.assertItemsRefused(path, replace_body(*pairs, method="nothing"), sentence)

            self.load_shop(order("PEN-RED PEN-BLUE PEN-BLUE INK-RED INK-RED INK-RED", status=status))
            refused("Item PEN-GREY is not in this order.", "PEN-GREY PEN-RED")
            refused("Item PEN-RED was bought once, and is named more often.", *["PEN-RED PEN-GREY"] * 2)
            refused("Item PEN-BLUE was bought twice, and is named more often.", *["PEN-BLUE PEN-GREY"] * 3)
            refused("Item PEN-RED would be replaced by itself.", "PEN-RED PEN-RED")
            for other in ("INK-RED", "nothing"):
                sentence = f"Item {other} is not an item of the same product as PEN-RED."
                refused(sentence, f"PEN-RED {other}")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.assertRefused("POST", path, replace_body("PEN-RED PEN-GONE", method="nothing"), 409, unavailable)

    def test_reports_first_wrong_entry(self):
        for path, status in self.both:
            self.load_shop(order("PEN-RED PEN-BLUE", status=status))
            body = replace_body("PEN-RED PEN-GONE", "PEN-GREY PEN-RED")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.assertRefused("POST", f"orders/O-1/{path}", body, 409, unavailable)
            body = replace_body("PEN-RED PEN-RED", "PEN-GREY PEN-RED")
            self.assertItemsRefused(f"orders/O-1/{path}", body, "Item PEN-RED would be replaced by itself.")

    def test_requires_method_of_customer(self):
        for path, status in self.both:
            self.load_shop(order("PEN-RED", status=status), methods=[{"payment_method_id": "X", "kind": "paypal"}])
            for new in ("PEN-BLUE", "PEN-TIN"):  # even if there is no difference to pay
                self.assertRefused("POST", f"orders/O-1/{path}", replace_body(f"PEN-RED {new}"), 400, {
                    "payment_method_id": ["CARD is not a payment method of this customer."]})  # fmt: skip

    def test_staff_use_methods_of_customer(self):
        for path, status in self.both:
            self.load_shop(order("PEN-RED", status=status))
            self.assertSucceeds(self.post(f"orders/O-1/{path}", REPLACE_BODY, as_user="sam"))

    def test_gift_card_must_cover_difference_to_the_cent(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"
            dearer = ["PEN-RED PEN-BLUE"]
            self.load_shop(order("PEN-RED", status=status), methods=[gift_card("G", "2.49"), gift_card("E", None)])
            self.assertRefused("POST", path, replace_body(*dearer, method="G"), 409, refusal(
                "gift_card_balance", "Gift card G has 2.49 EUR, and 2.50 EUR are needed."))  # fmt: skip
            self.assertRefused("POST", path, replace_body(*dearer, method="E"), 409, refusal(
                "gift_card_balance", "Gift card E has 0.00 EUR, and 2.50 EUR are needed."))  # fmt: skip
            PaymentMethod.objects.filter(payment_method_id="G").update(balance="2.50")
            self.assertSucceeds(self.post(path, replace_body(*dearer, method="G")))
            for cheaper in ("PEN-GREY", "PEN-TIN"):
                self.load_shop(order("PEN-RED", status=status), methods=[gift_card("E", None)])
                self.assertSucceeds(self.post(path, replace_body(f"PEN-RED {cheaper}", method="E")))
