"""GET /api/customers/"""

from functools import partial
from urllib.parse import urlencode

from shop.tests.factories import FORBIDDEN, encode_cursor
from shop.tests.testcases import ShopTestCase


class CustomerSearchTests(ShopTestCase):
    def find_ids(self, **query):
        return self.get_ids("customers/", query, "staff", "customer_id")

    def test_row_has_contact_fields_and_postcode(self):
        with self.assertNumQueries(2):
            rows = self.get_json("customers/", {"email": "MIA@Shop.Example"}, "staff")["results"]
        self.assertEqual(rows, [{
            "customer_id": "C-MIA", "email": "mia@shop.example", "first_name": "Mia", "last_name": "Muñoz",
            "postcode": "AB1 2cd",
        }])  # fmt: skip

    def test_every_given_field_must_match_completely(self):
        self.assertEqual(self.find_ids(postcode="ab1 2CD"), ["C-LEO", "C-MIA"])
        self.assertEqual(self.find_ids(postcode="ab1 2CD", first_name="leo", email=" "), ["C-LEO"])
        self.assertEqual(self.find_ids(postcode="ab1 2CD", first_name="Sam"), [])
        self.assertEqual(self.find_ids(first_name="Mi"), [])
        self.assertEqual(self.find_ids(first_name="M_a"), [])
        self.assertEqual(self.find_ids(first_name="nobody"), [])

    def test_case_is_ignored_for_ascii_letters_only(self):
        self.assertEqual(self.find_ids(last_name="muñoz"), ["C-MIA"])
        self.assertEqual(self.find_ids(last_name="MUÑOZ"), ["C-LEO"])

    def test_pages_are_ordered_by_id(self):
        query = {"postcode": "ab1 2cd", "limit": 1}
        pages, last = self.get_pages("customers/", query, "staff", "customer_id")
        self.assertEqual(pages, [["C-LEO"], ["C-MIA"]])
        expected = urlencode({"cursor": encode_cursor(p="C-LEO"), "limit": 1, "postcode": "ab1 2cd"})
        self.assertEqual(last, f"http://testserver/api/customers/?{expected}")

    def test_requires_staff_and_one_field(self):
        refuses = partial(self.assertQueryAnswer, "customers/", 403, as_user="mia")
        refuses(FORBIDDEN)
        refuses(FORBIDDEN, email="mia@shop.example")
        refuses = partial(self.assertQueryAnswer, "customers/", 400, as_user="staff")
        nothing = {"non_field_errors": ["Give an email, a first_name, a last_name or a postcode."]}
        refuses(nothing)
        refuses(nothing, email="", postcode=" ")
        refuses({"email": ["Ensure this field has no more than 254 characters."]}, email="x" * 255)
