"""GET /api/customers/ID/"""

from shop.tests.factories import WORLD
from shop.tests.testcases import ShopTestCase


class CustomerDetailTests(ShopTestCase):
    def test_returns_customer_with_payment_methods(self):
        expected = {name: WORLD["customers"][0][name] for name in
                    ("customer_id", "email", "first_name", "last_name", "address")}  # fmt: skip
        expected["currency"] = "EUR"
        expected["payment_methods"] = [
            {**method, "brand": method.get("brand"), "last_four": method.get("last_four"), "balance": balance}
            for method, balance in zip(WORLD["customers"][0]["payment_methods"], (None, "50.00"))
        ]
        for path, as_user in (("me", "mia"), ("C-MIA", "mia"), ("C-MIA", "staff")):
            with self.assertNumQueries(3):
                customer = self.get_json(f"customers/{path}/", as_user=as_user)
            self.assertRegex(customer.pop("version"), "^[0-9a-f]{16}$")
            self.assertEqual(customer, expected)
        self.assertEqual(self.get_json("customers/me/", as_user="staff")["customer_id"], "C-STAFF")

    def test_other_customer_is_404_like_unknown_one(self):
        refusal = {"detail": "No Customer matches the given query."}
        self.assertEqual(self.get_json("customers/C-LEO/", as_user="mia", status=404), refusal)
        self.assertEqual(self.get_json("customers/nobody/", as_user="mia", status=404), refusal)
        self.assertEqual(self.get_json("customers/nobody/", as_user="staff", status=404), refusal)
