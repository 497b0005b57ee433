"""PATCH /api/customers/ID/address/"""

from shop.tests.factories import ADDRESS, NEW_ADDRESS, dump, order
from shop.tests.testcases import WriteTestCase


class AddressOfACustomer(WriteTestCase):
    def address(self, customer_id):
        return next(one for one in dump()["customers"] if one["customer_id"] == customer_id)["address"]

    def test_it_changes_and_orders_keep_theirs(self):
        for path, by in (("me", "mia"), ("mia", "mia"), ("mia", "sam")):
            self.given(order())
            answer = self.done(self.patch(f"customers/{path}/address", {"address": NEW_ADDRESS}, by=by))
            headers = {"Authorization": f"Token {by}-token"}
            self.assertEqual(answer, self.client.get("/api/customers/mia/", headers=headers).json())
            self.assertEqual([self.address(name) for name in ("mia", "leo")], [NEW_ADDRESS, ADDRESS])
            self.assertEqual(self.stored()["address"], ADDRESS)

    def test_me_is_the_caller_of_staff_too(self):
        self.given()
        self.done(self.patch("customers/me/address", {"address": NEW_ADDRESS}, by="sam"))
        self.assertEqual([self.address(name) for name in ("mia", "sam")], [ADDRESS, NEW_ADDRESS])

    def test_the_new_postcode_is_found(self):
        self.given()
        self.done(self.patch("customers/me/address", {"address": NEW_ADDRESS}))
        found = self.client.get(
            "/api/customers/?postcode=t12", headers={"Authorization": "Token sam-token"}
        ).json()
        self.assertEqual([row["customer_id"] for row in found["results"]], ["mia"])

    def test_somebody_else_is_absent(self):
        self.given()
        nobody = {"detail": "No Customer matches the given query."}
        for path, by in (("leo", "mia"), ("nobody", "mia"), ("nobody", "sam")):
            self.refused("PATCH", f"customers/{path}/address", {"address": NEW_ADDRESS}, 404, nobody, by=by)

    def test_what_an_address_needs(self):
        self.given()
        self.refused("PATCH", "customers/me/address", {"address": {**NEW_ADDRESS, "city": ""}}, 400, {
            "address": {"city": ["This field may not be blank."]}})  # fmt: skip
