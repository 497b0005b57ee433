"""PATCH /api/orders/ID/address/"""

from shop.tests.factories import ADDRESS, NEW_ADDRESS, PAID, humanize, order, refusal
from shop.tests.testcases import OrderTestCase


class ChangeOrderAddressTests(OrderTestCase):
    def test_changes_address_even_after_items_were_changed(self):
        for fields in ({}, {"items_modified": True}):
            self.load_shop(order(payments=PAID, **fields))
            self.assertSucceeds(self.patch("orders/O-1/address", {"address": NEW_ADDRESS}))
            self.assertEqual(self.stored_order()["address"], NEW_ADDRESS)

    def test_stores_six_keys_in_fixed_order(self):
        self.load_shop(order())
        given = {"country": " IE ", "postcode": "T12", "city": "Cork", "line1": "Quay 9", "planet": "Earth"}
        answer = self.assertSucceeds(self.patch("orders/O-1/address", {"address": given}))
        self.assertEqual(list(answer["address"].items()), list(NEW_ADDRESS.items()))
        self.assertEqual(list(self.stored_order()["address"].items()), list(NEW_ADDRESS.items()))

    def test_body_is_validated(self):
        self.load_shop(order())
        path = "orders/O-1/address"
        blank, required = ["This field may not be blank."], ["This field is required."]
        self.assertRefused("PATCH", path, {"address": {"line1": " ", "line2": "x" * 201, "state": None}}, 400, {"address": {
            "line1": blank, "line2": ["Ensure this field has no more than 200 characters."], "city": required,
            "state": ["This field may not be null."], "postcode": required, "country": required,
        }})  # fmt: skip
        for bad, sentence in (("a\0b", "Null characters are not allowed."),
                              ("\ud83d", "Surrogate characters are not allowed: U+D83D."),
                              (True, "Not a valid string.")):  # fmt: skip
            self.assertRefused(
                "PATCH", path, {"address": {**ADDRESS, "city": bad}}, 400, {"address": {"city": [sentence]}}
            )

    def test_requires_pending_order(self):
        body = {"address": NEW_ADDRESS}
        self.assertRequiresStatus("pending", "PATCH", "orders/O-1/address", body, lambda status: refusal(
            "not_pending", f"Only the address of a pending order can be changed; this one is {humanize(status)}."))  # fmt: skip
