"""GET /api/customers/"""

from urllib.parse import urlencode

from shop.tests.factories import cursor
from shop.tests.testcases import ShopTestCase

FORBIDDEN = {"detail": "You do not have permission to perform this action."}


class Customers(ShopTestCase):
    def found(self, **query):
        return self.ids("customers/", query, "staff", "customer_id")

    def test_a_row(self):
        with self.assertNumQueries(2):
            rows = self.ask("customers/", {"email": "MIA@Shop.Example"}, "staff")["results"]
        self.assertEqual(rows, [{
            "customer_id": "C-MIA", "email": "mia@shop.example", "first_name": "Mia", "last_name": "Muñoz",
            "postcode": "AB1 2cd",
        }])  # fmt: skip

    def test_all_that_is_given_must_match_wholly(self):
        self.assertEqual(self.found(postcode="ab1 2CD"), ["C-LEO", "C-MIA"])
        self.assertEqual(self.found(postcode="ab1 2CD", first_name="leo", email=" "), ["C-LEO"])
        self.assertEqual(self.found(postcode="ab1 2CD", first_name="Sam"), [])
        self.assertEqual(self.found(first_name="Mi"), [])
        self.assertEqual(self.found(first_name="M_a"), [])
        self.assertEqual(self.found(first_name="nobody"), [])

    def test_only_ascii_letters_lose_their_case(self):
        self.assertEqual(self.found(last_name="muñoz"), ["C-MIA"])
        self.assertEqual(self.found(last_name="MUÑOZ"), ["C-LEO"])

    def test_pages(self):
        query = {"postcode": "ab1 2cd", "limit": 1}
        pages, last = self.walk("customers/", query, "staff", "customer_id")
        self.assertEqual(pages, [["C-LEO"], ["C-MIA"]])
        expected = urlencode({"cursor": cursor(p="C-LEO"), "limit": 1, "postcode": "ab1 2cd"})
        self.assertEqual(last, f"http://testserver/api/customers/?{expected}")

    def test_refusals(self):
        refuses = self.refusing("customers/", 403, by="mia")
        refuses(FORBIDDEN)
        refuses(FORBIDDEN, email="mia@shop.example")
        refuses = self.refusing("customers/", 400, by="staff")
        nothing = {"non_field_errors": ["Give an email, a first_name, a last_name or a postcode."]}
        refuses(nothing)
        refuses(nothing, email="", postcode=" ")
        refuses({"email": ["Ensure this field has no more than 254 characters."]}, email="x" * 255)
