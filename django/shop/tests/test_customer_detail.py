"""GET /api/customers/ID/"""

from shop.tests.factories import WORLD
from shop.tests.testcases import ShopTestCase


class CustomerDetail(ShopTestCase):
    def test_a_customer(self):
        expected = {name: WORLD["customers"][0][name] for name in
                    ("customer_id", "email", "first_name", "last_name", "address")}  # fmt: skip
        expected["currency"] = "EUR"
        expected["payment_methods"] = [
            {**method, "brand": method.get("brand"), "last_four": method.get("last_four"), "balance": balance}
            for method, balance in zip(WORLD["customers"][0]["payment_methods"], (None, "50.00"))
        ]
        for path, by in (("me", "mia"), ("C-MIA", "mia"), ("C-MIA", "staff")):
            with self.assertNumQueries(3):
                self.assertEqual(self.ask(f"customers/{path}/", by=by), expected)
        self.assertEqual(self.ask("customers/me/", by="staff")["customer_id"], "C-STAFF")

    def test_somebody_else_is_as_absent_as_nobody(self):
        refusal = {"detail": "No Customer matches the given query."}
        self.assertEqual(self.ask("customers/C-LEO/", by="mia", status=404), refusal)
        self.assertEqual(self.ask("customers/nobody/", by="mia", status=404), refusal)
        self.assertEqual(self.ask("customers/nobody/", by="staff", status=404), refusal)
