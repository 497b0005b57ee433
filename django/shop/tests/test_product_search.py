"""GET /api/products/search/"""

from functools import partial
from urllib.parse import urlencode

from shop.models import Item, Product
from shop.tests.factories import encode_cursor
from shop.tests.testcases import ShopTestCase


class ProductSearchTests(ShopTestCase):
    def test_row_has_price_availability_and_first_image(self):
        row = self.get_json("products/search/", {"q": "kettle"})["results"]
        self.assertEqual(row, [{
            "product_id": "P-KETTLE", "name": "Enamel Kettle", "category": "Kitchen", "price": "39.90",
            "currency": "EUR", "available": True, "image": "https://shop.example/kettle-red.jpg",
        }])  # fmt: skip

    def test_price_is_lowest_available_one_or_else_lowest(self):
        Item.objects.get(item_id="I-KETTLE-RED").delete()
        Item.objects.get(item_id="I-KETTLE-BLUE").save()
        row = self.get_json("products/search/", {"q": "kettle"})["results"][0]
        self.assertEqual((row["price"], row["available"]), ("35.00", False))
        self.assertIsNone(self.get_json("products/search/", {"q": "teapot"})["results"][0]["image"])

    def test_every_word_must_occur_and_earliest_comes_first(self):
        search = lambda q, **more: self.get_ids("products/search/", {"q": q, **more})  # noqa: E731
        self.assertEqual(search("tea"), ["P-TEAPOT", "P-TEA", "P-KETTLE"])
        self.assertEqual(search("  RED \t tea "), ["P-TEAPOT", "P-KETTLE"])
        self.assertEqual(search("2 l red"), ["P-KETTLE"])  # options in order, each value once
        self.assertEqual(search("ÉCLAIR"), ["P-TEA"])
        self.assertEqual(search("😀"), ["P-LAMP"])
        self.assertEqual(search("0% m_l"), ["P-TEA"])  # no wildcards
        self.assertEqual(search("red red nothing"), [])
        self.assertEqual(search(""), ["P-KETTLE", "P-LAMP", "P-TEA", "P-TEAPOT", "P-lamp"])
        self.assertEqual(search(" ".join("a" * 100)), ["P-LAMP", "P-lamp", "P-KETTLE", "P-TEAPOT", "P-TEA"])

    def test_relevance_is_sum_of_word_positions(self):
        found = Product.objects.search("red tea tea").get(pk="P-KETTLE")
        text = "enamel kettle\nkitchen\n2 l red blue\na kettle for tea, 2 l."
        self.assertEqual(found.search_text, text)
        self.assertEqual(found.relevance, text.index("red") + 1 + 2 * (text.index("tea") + 1))

    def test_filters_combine_and_blank_ones_are_ignored(self):
        search = lambda **query: self.get_ids("products/search/", query)  # noqa: E731
        self.assertEqual(search(category="épicerie"), ["P-TEA"])
        self.assertEqual(search(category="HOME"), ["P-LAMP", "P-lamp"])
        self.assertEqual(search(category="Hom"), [])
        self.assertEqual(search(min_price="25", max_price="25.00"), ["P-LAMP", "P-TEAPOT", "P-lamp"])
        self.assertEqual(search(min_price="25.01"), ["P-KETTLE"])
        self.assertEqual(search(in_stock="true", category="kitchen"), ["P-KETTLE"])
        everything = search()
        for blank in ("category", "min_price", "max_price", "in_stock", "ordering", "limit", "cursor"):
            self.assertEqual(search(**{blank: ""}), everything, blank)
        self.assertEqual(search(in_stock="false"), everything)

    def test_orderings_compare_code_points_and_break_ties_by_id(self):
        search = lambda ordering: self.get_ids("products/search/", {"ordering": ordering})  # noqa: E731
        self.assertEqual(search("price"), ["P-TEA", "P-LAMP", "P-TEAPOT", "P-lamp", "P-KETTLE"])
        self.assertEqual(search("-price"), ["P-KETTLE", "P-LAMP", "P-TEAPOT", "P-lamp", "P-TEA"])
        self.assertEqual(search("name"), ["P-KETTLE", "P-lamp", "P-LAMP", "P-TEAPOT", "P-TEA"])

    def test_pages_link_forward_and_back_through_ties(self):
        for ordering in ("relevance", "price", "-price", "name"):
            whole = self.get_ids("products/search/", {"ordering": ordering})
            for limit in (1, 2, 3):
                query = {"ordering": ordering, "limit": limit, "q": ""}
                pages, _ = self.get_pages("products/search/", query)
                self.assertEqual([len(page) <= limit for page in pages], [True] * len(pages))
                self.assertEqual(sum(pages, []), whole, query)
        query = {"ordering": "name", "limit": 2}
        pages, last = self.get_pages("products/search/", query)
        back = self.client.get(last).json()["previous"]
        self.assertEqual([row["product_id"] for row in self.client.get(back).json()["results"]], pages[-2])

    def test_cursors_have_the_format_of_drf(self):
        links = {
            ("relevance", ""): encode_cursor(o=1),
            ("relevance", "tea"): encode_cursor(p="1"),
            ("price", ""): encode_cursor(p="12.50"),
            ("-price", ""): encode_cursor(p="39.90"),
            ("name", ""): encode_cursor(p="enamel kettle"),
        }
        for (ordering, q), expected in links.items():
            page = self.get_json("products/search/", {"ordering": ordering, "q": q, "limit": 1})
            query = urlencode({"cursor": expected, "limit": 1, "ordering": ordering, "q": q})
            self.assertEqual(page["next"], f"http://testserver/api/products/search/?{query}")
            self.assertIsNone(page["previous"])

    def test_cursor_that_was_not_issued_is_404(self):
        bad = {
            "relevance": ["!", "bad", "é", "YQ", "====", *(encode_cursor(**tokens) for tokens in (
                {"o": "x"}, {"o": "-1"}, {"o": "1000001"}, {"r": "2"}, {"p": "tea"}, {"p": ""}, {"p": "1.5"},
                {"p": "9" * 20}, {"p": "1", "r": "1"},
            ))],
            "price": [encode_cursor(p=p) for p in ("ten", "NaN", "1E+99", "12.5", "12", "")],
            "name": [encode_cursor(p="a\0b")],
        }  # fmt: skip
        for ordering, cursors in bad.items():
            for one in cursors:
                query = {"ordering": ordering, "cursor": one}
                self.assertEqual(
                    self.get_json("products/search/", query, status=404), {"detail": "Invalid cursor"}, one
                )

    def test_query_is_validated(self):
        refuses = partial(self.assertQueryAnswer, "products/search/", 400)
        refuses({"limit": ["Ensure this value is greater than or equal to 1."]}, limit="0")
        refuses({"limit": ["Ensure this value is less than or equal to 50."]}, limit="51")
        refuses({"limit": ["A valid integer is required."]}, limit="ten")
        refuses({"ordering": ['"cheap" is not a valid choice.']}, ordering="cheap")
        refuses({"min_price": ["A valid number is required."]}, min_price="cheap")
        refuses({"min_price": ["A valid number is required."]}, min_price="NaN")
        refuses({"max_price": ["Ensure this value is greater than or equal to 0."]}, max_price="-1")
        refuses({"max_price": ["Ensure that there are no more than 2 decimal places."]}, max_price="1.005")
        refuses({"max_price": ["Ensure that there are no more than 10 digits in total."]}, max_price="12345678901")
        refuses({"in_stock": ["Must be a valid boolean."]}, in_stock="perhaps")
        refuses({"q": ["Ensure this field has no more than 200 characters."]}, q="x" * 201)
        refuses({"q": ["Null characters are not allowed."]}, q="\0")
        refuses(
            {"limit": ["A valid integer is required."], "in_stock": ["Must be a valid boolean."]},
            limit="1.5", in_stock="2",
        )  # fmt: skip

    def test_page_takes_one_query(self):
        with self.assertNumQueries(1):
            self.get_json("products/search/", {"q": "a"})
