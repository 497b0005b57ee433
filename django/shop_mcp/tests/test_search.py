"""Product search obeys what it is asked for."""

from unittest import mock

from django.test import TestCase

from shop_mcp.tests.bookshop.api import BookSerializer
from shop_mcp.tests.testcases import BookshopMixin


class SearchTests(BookshopMixin, TestCase):
    def found(self, **query):
        return self.ids("products/search/", user=None, **query)

    def test_every_word_has_to_be_found_somewhere(self):
        self.assertEqual(self.found(q="MAPS"), ["atlas", "bees"])
        self.assertEqual(self.found(q="maps brown"), ["atlas"])
        self.assertEqual(self.found(q="nature honey"), ["bees"])
        self.assertEqual(self.found(q="maps clay"), [])

    def test_filters(self):
        self.assertEqual(self.found(category="nature"), ["atlas", "bees"])
        self.assertEqual(self.found(min_price="9.01"), ["atlas", "clay"])
        self.assertEqual(self.found(max_price="12.50"), ["bees", "clay"])
        self.assertEqual(self.found(in_stock="true"), ["atlas", "clay"])

    def test_bounds_between_whole_prices(self):
        with mock.patch.dict(BookSerializer.sources, price="stock"):
            self.assertEqual(self.found(min_price="0.50"), ["atlas", "clay"])
            self.assertEqual(self.found(max_price="0.50"), ["bees"])

    def test_orderings(self):
        self.assertEqual(self.found(ordering="price"), ["bees", "clay", "atlas"])
        self.assertEqual(self.found(ordering="-price"), ["atlas", "clay", "bees"])
        self.assertEqual(self.found(ordering="name"), ["atlas", "bees", "clay"])

    def test_pages_by_cursor(self):
        for ordering, expected in (("price", ["bees", "clay", "atlas"]), ("relevance", ["atlas", "bees", "clay"])):
            answer, seen = self.get("products/search/", limit=1, ordering=ordering).json(), []
            while True:
                seen += [row["product_id"] for row in answer["results"]]
                if not answer["next"]:
                    break
                answer = self.client_of("mia").get(answer["next"]).json()
            self.assertEqual(seen, expected)

    def test_refuses_a_cursor_that_it_never_gave(self):
        answer = self.get("products/search/", ordering="price", cursor="cD1ub3RoaW5n")
        self.assertEqual((answer.status_code, answer.json()), (404, {"detail": "Invalid cursor"}))

    def test_refuses_what_is_no_value(self):
        for query in ({"limit": 51}, {"limit": "x"}, {"min_price": "-1"}, {"ordering": "stock"}, {"in_stock": "often"}):
            self.assertEqual(self.get("products/search/", **query).status_code, 400, query)
