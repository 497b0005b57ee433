"""PATCH /api/customers/ID/address/"""

from shop.tests.factories import ADDRESS, NEW_ADDRESS, dump, order
from shop.tests.testcases import WriteTestCase


class ChangeCustomerAddressTests(WriteTestCase):
    def address(self, customer_id):
        return next(one for one in dump()["customers"] if one["customer_id"] == customer_id)["address"]

    def test_changes_customer_and_not_their_orders(self):
        for path, as_user in (("me", "mia"), ("mia", "mia"), ("mia", "sam")):
            self.load_shop(order())
            answer = self.assertSucceeds(
                self.patch(f"customers/{path}/address", {"address": NEW_ADDRESS}, as_user=as_user)
            )
            headers = {"Authorization": f"Token {as_user}-token"}
            self.assertEqual(answer, self.client.get("/api/customers/mia/", headers=headers).json())
            self.assertEqual([self.address(name) for name in ("mia", "leo")], [NEW_ADDRESS, ADDRESS])
            self.assertEqual(self.stored_order()["address"], ADDRESS)

    def test_me_is_caller_for_staff_too(self):
        self.load_shop()
        self.assertSucceeds(self.patch("customers/me/address", {"address": NEW_ADDRESS}, as_user="sam"))
        self.assertEqual([self.address(name) for name in ("mia", "sam")], [ADDRESS, NEW_ADDRESS])

    def test_customer_is_found_by_new_postcode(self):
        self.load_shop()
        self.assertSucceeds(self.patch("customers/me/address", {"address": NEW_ADDRESS}))
        found = self.client.get(
            "/api/customers/?postcode=t12", headers={"Authorization": "Token sam-token"}
        ).json()
        self.assertEqual([row["customer_id"] for row in found["results"]], ["mia"])

    def test_other_customer_is_404(self):
        self.load_shop()
        nobody = {"detail": "No Customer matches the given query."}
        for path, as_user in (("leo", "mia"), ("nobody", "mia"), ("nobody", "sam")):
            self.assertRefused(
                "PATCH", f"customers/{path}/address", {"address": NEW_ADDRESS}, 404, nobody, as_user=as_user
            )

    def test_body_is_validated(self):
        self.load_shop()
        self.assertRefused("PATCH", "customers/me/address", {"address": {**NEW_ADDRESS, "city": ""}}, 400, {
            "address": {"city": ["This field may not be blank."]}})  # fmt: skip
