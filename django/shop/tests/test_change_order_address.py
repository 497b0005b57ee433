"""PATCH /api/orders/ID/address/"""

from shop.tests.factories import ADDRESS, NEW_ADDRESS, PAID, order, refusal, spoken
from shop.tests.testcases import OrderTestCase


class AddressOfAnOrder(OrderTestCase):
    def test_it_changes_even_after_the_items_did(self):
        for fields in ({}, {"items_modified": True}):
            self.given(order(payments=PAID, **fields))
            self.done(self.patch("orders/O-1/address", {"address": NEW_ADDRESS}))
            self.assertEqual(self.stored()["address"], NEW_ADDRESS)

    def test_it_always_has_six_keys_in_their_order(self):
        self.given(order())
        given = {"country": " IE ", "postcode": "T12", "city": "Cork", "line1": "Quay 9", "planet": "Earth"}
        answer = self.done(self.patch("orders/O-1/address", {"address": given}))
        self.assertEqual(list(answer["address"].items()), list(NEW_ADDRESS.items()))
        self.assertEqual(list(self.stored()["address"].items()), list(NEW_ADDRESS.items()))

    def test_what_an_address_needs(self):
        self.given(order())
        path = "orders/O-1/address"
        blank, required = ["This field may not be blank."], ["This field is required."]
        self.refused("PATCH", path, {"address": {"line1": " ", "line2": "x" * 201, "state": None}}, 400, {"address": {
            "line1": blank, "line2": ["Ensure this field has no more than 200 characters."], "city": required,
            "state": ["This field may not be null."], "postcode": required, "country": required,
        }})  # fmt: skip
        for bad, sentence in (("a\0b", "Null characters are not allowed."),
                              ("\ud83d", "Surrogate characters are not allowed: U+D83D."),
                              (True, "Not a valid string.")):  # fmt: skip
            self.refused(
                "PATCH", path, {"address": {**ADDRESS, "city": bad}}, 400, {"address": {"city": [sentence]}}
            )

    def test_only_of_a_pending_order(self):
        body = {"address": NEW_ADDRESS}
        self.refused_when("PATCH", "orders/O-1/address", body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only the address of a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip
