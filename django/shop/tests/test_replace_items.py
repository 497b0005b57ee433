"""Which items can be replaced by which, in a pending order (items/) and in a delivered one (exchanges/)."""

from shop.models import PaymentMethod
from shop.tests.factories import REPLACE, gift, give_back, order, refusal, replace
from shop.tests.testcases import OrderTestCase


class Replacing(OrderTestCase):
    """What holds for new items, whether the order is pending (items) or delivered (exchanges)."""

    both = (("items", "pending"), ("exchanges", "delivered"))

    def test_what_cannot_be_replaced(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"
            refused = lambda sentence, *pairs: self.refused_entry(path, replace(*pairs, by="nothing"), sentence)  # noqa: E731
            self.given(order("PEN-RED PEN-BLUE PEN-BLUE INK-RED INK-RED INK-RED", status=status))
            refused("Item PEN-GREY is not in this order.", "PEN-GREY PEN-RED")
            refused("Item PEN-RED was bought once, and is named more often.", *["PEN-RED PEN-GREY"] * 2)
            refused("Item PEN-BLUE was bought twice, and is named more often.", *["PEN-BLUE PEN-GREY"] * 3)
            refused("Item PEN-RED would be replaced by itself.", "PEN-RED PEN-RED")
            for other in ("INK-RED", "nothing"):
                sentence = f"Item {other} is not an item of the same product as PEN-RED."
                refused(sentence, f"PEN-RED {other}")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.refused("POST", path, replace("PEN-RED PEN-GONE", by="nothing"), 409, unavailable)

    def test_a_third_mention(self):
        self.given(order("INK-RED INK-RED INK-RED", status="delivered"))
        sentence = "Item INK-RED was bought 3 times, and is named more often."
        self.refused_entry("orders/O-1/returns", give_back(*["INK-RED"] * 4), sentence)

    def test_the_first_wrong_entry_is_told(self):
        for path, status in self.both:
            self.given(order("PEN-RED PEN-BLUE", status=status))
            body = replace("PEN-RED PEN-GONE", "PEN-GREY PEN-RED")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.refused("POST", f"orders/O-1/{path}", body, 409, unavailable)
            body = replace("PEN-RED PEN-RED", "PEN-GREY PEN-RED")
            self.refused_entry(f"orders/O-1/{path}", body, "Item PEN-RED would be replaced by itself.")

    def test_whose_method(self):
        for path, status in self.both:
            self.given(order("PEN-RED", status=status), methods=[{"payment_method_id": "X", "kind": "paypal"}])
            for new in ("PEN-BLUE", "PEN-TIN"):  # for a difference of nothing, too
                self.refused("POST", f"orders/O-1/{path}", replace(f"PEN-RED {new}"), 400, {
                    "payment_method_id": ["CARD is not a payment method of this customer."]})  # fmt: skip

    def test_staff_use_the_customers_methods(self):
        for path, status in self.both:
            self.given(order("PEN-RED", status=status))
            self.done(self.post(f"orders/O-1/{path}", REPLACE, by="sam"))

    def test_a_gift_card_covers_the_difference_to_the_cent(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"
            dearer = ["PEN-RED PEN-BLUE"]
            self.given(order("PEN-RED", status=status), methods=[gift("G", "2.49"), gift("E", None)])
            self.refused("POST", path, replace(*dearer, by="G"), 409, refusal(
                "gift_card_balance", "Gift card G has 2.49 EUR, and 2.50 EUR are needed."))  # fmt: skip
            self.refused("POST", path, replace(*dearer, by="E"), 409, refusal(
                "gift_card_balance", "Gift card E has 0.00 EUR, and 2.50 EUR are needed."))  # fmt: skip
            PaymentMethod.objects.filter(payment_method_id="G").update(balance="2.50")
            self.done(self.post(path, replace(*dearer, by="G")))
            for cheaper in ("PEN-GREY", "PEN-TIN"):
                self.given(order("PEN-RED", status=status), methods=[gift("E", None)])
                self.done(self.post(path, replace(f"PEN-RED {cheaper}", by="E")))
