"""What the shop answers, to whom, and what it refuses, where nothing changes."""

import io
import json
from base64 import b64encode
from copy import deepcopy
from urllib.parse import urlencode

from django.core.management import call_command

from shop import world
from shop.models import Item, Product
from shop.tests import WORLD, ShopTestCase

NO_TOKEN = {"detail": "Authentication credentials were not provided."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}


def cursor(**tokens):
    return b64encode(urlencode(tokens).encode()).decode()


class Authentication(ShopTestCase):
    def refused(self, header, detail, path="shop"):
        response = self.client.get(f"/api/{path}/", headers={"Authorization": header} if header else {})
        self.assertEqual((response.status_code, response.json()), (401, {"detail": detail}))
        self.assertEqual(response["WWW-Authenticate"], "Token")

    def test_a_bad_header_is_refused_even_where_none_is_needed(self):
        for keyword in ("Token", "Bearer"):
            self.refused(f"{keyword} nobody", "Invalid token.")
            self.refused(keyword, "Invalid token header. No credentials provided.")
            self.refused(f"{keyword} a b", "Invalid token header. Token string should not contain spaces.")
            self.refused(
                f"{keyword} \xff", "Invalid token header. Token string should not contain invalid characters."
            )

    def test_without_a_token_only_the_catalogue_is_open(self):
        for path in ("orders", "orders/O-1", "orders/O-1/status", "customers", "customers/me"):
            self.refused(None, NO_TOKEN["detail"], path)
            self.refused("Basic bWlhOm1pYQ==", NO_TOKEN["detail"], path)
        for path in ("products/search/", "products/P-TEA/", "shop/"):
            self.ask(path)

    def test_either_keyword_carries_the_key(self):
        for keyword in ("Token", "Bearer", "bearer"):
            response = self.client.get("/api/customers/me/", headers={"Authorization": f"{keyword} mia-token"})
            self.assertEqual(response.json()["customer_id"], "C-MIA")

    def test_other_methods_and_paths(self):
        for method in ("post", "put", "patch", "delete", "options"):
            response = getattr(self.client, method)("/api/products/search/")
            self.assertEqual(response.status_code, 405)
            self.assertEqual(response.json(), {"detail": f'Method "{method.upper()}" not allowed.'})
        self.assertEqual(self.ask("nothing/", status=404), {"detail": "Not found."})
        self.assertEqual(self.ask("shop", status=404), {"detail": "Not found."})


class ProductSearch(ShopTestCase):
    def test_a_row(self):
        row = self.ask("products/search/", {"q": "kettle"})["results"]
        self.assertEqual(row, [{
            "product_id": "P-KETTLE", "name": "Enamel Kettle", "category": "Kitchen", "price": "39.90",
            "currency": "EUR", "available": True, "image": "https://shop.example/kettle-red.jpg",
        }])  # fmt: skip

    def test_the_price_is_the_lowest_that_can_be_bought_else_the_lowest(self):
        Item.objects.get(item_id="I-KETTLE-RED").delete()
        Item.objects.get(item_id="I-KETTLE-BLUE").save()
        row = self.ask("products/search/", {"q": "kettle"})["results"][0]
        self.assertEqual((row["price"], row["available"]), ("35.00", False))
        self.assertIsNone(self.ask("products/search/", {"q": "teapot"})["results"][0]["image"])

    def test_every_word_must_be_there_and_the_earliest_comes_first(self):
        search = lambda q, **more: self.ids("products/search/", {"q": q, **more})  # noqa: E731
        self.assertEqual(search("tea"), ["P-TEAPOT", "P-TEA", "P-KETTLE"])
        self.assertEqual(search("  RED \t tea "), ["P-TEAPOT", "P-KETTLE"])
        self.assertEqual(search("2 l red"), ["P-KETTLE"])  # options in order, each value once
        self.assertEqual(search("ÉCLAIR"), ["P-TEA"])
        self.assertEqual(search("😀"), ["P-LAMP"])
        self.assertEqual(search("0% m_l"), ["P-TEA"])  # no wildcards
        self.assertEqual(search("red red nothing"), [])
        self.assertEqual(search(""), ["P-KETTLE", "P-LAMP", "P-TEA", "P-TEAPOT", "P-lamp"])
        self.assertEqual(search(" ".join("a" * 100)), ["P-LAMP", "P-lamp", "P-KETTLE", "P-TEAPOT", "P-TEA"])

    def test_relevance_adds_the_places_of_the_words(self):
        found = Product.objects.search("red tea tea").get(pk="P-KETTLE")
        text = "enamel kettle\nkitchen\n2 l red blue\na kettle for tea, 2 l."
        self.assertEqual(found.search_text, text)
        self.assertEqual(found.relevance, text.index("red") + 1 + 2 * (text.index("tea") + 1))

    def test_filters(self):
        search = lambda **query: self.ids("products/search/", query)  # noqa: E731
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

    def test_orderings_have_ties_by_id_and_go_by_code_point(self):
        search = lambda ordering: self.ids("products/search/", {"ordering": ordering})  # noqa: E731
        self.assertEqual(search("price"), ["P-TEA", "P-LAMP", "P-TEAPOT", "P-lamp", "P-KETTLE"])
        self.assertEqual(search("-price"), ["P-KETTLE", "P-LAMP", "P-TEAPOT", "P-lamp", "P-TEA"])
        self.assertEqual(search("name"), ["P-KETTLE", "P-lamp", "P-LAMP", "P-TEAPOT", "P-TEA"])

    def test_pages_lead_forward_and_back_through_ties(self):
        for ordering in ("relevance", "price", "-price", "name"):
            whole = self.ids("products/search/", {"ordering": ordering})
            for limit in (1, 2, 3):
                query = {"ordering": ordering, "limit": limit, "q": ""}
                pages, _ = self.walk("products/search/", query)
                self.assertEqual([len(page) <= limit for page in pages], [True] * len(pages))
                self.assertEqual(sum(pages, []), whole, query)
        query = {"ordering": "name", "limit": 2}
        pages, last = self.walk("products/search/", query)
        back = self.client.get(last).json()["previous"]
        self.assertEqual([row["product_id"] for row in self.client.get(back).json()["results"]], pages[-2])

    def test_cursors_are_drfs(self):
        links = {
            ("relevance", ""): cursor(o=1),
            ("relevance", "tea"): cursor(p="1"),
            ("price", ""): cursor(p="12.50"),
            ("-price", ""): cursor(p="39.90"),
            ("name", ""): cursor(p="enamel kettle"),
        }
        for (ordering, q), expected in links.items():
            page = self.ask("products/search/", {"ordering": ordering, "q": q, "limit": 1})
            query = urlencode({"cursor": expected, "limit": 1, "ordering": ordering, "q": q})
            self.assertEqual(page["next"], f"http://testserver/api/products/search/?{query}")
            self.assertIsNone(page["previous"])

    def test_a_cursor_that_was_not_given_out_is_bad(self):
        bad = {
            "relevance": ["!", "bad", "é", "YQ", "====", cursor(o="x"), cursor(o="-1"), cursor(o="1001"),
                          cursor(r="2"), cursor(p="tea"), cursor(p=""), cursor(p="1.5"), cursor(p="9" * 20), cursor(p="1", r="1")],
            "price": [cursor(p=p) for p in ("ten", "NaN", "1E+99", "12.5", "12", "-1.00", "")],
            "name": [cursor(p="a\0b")],
        }  # fmt: skip
        for ordering, cursors in bad.items():
            for one in cursors:
                query = {"ordering": ordering, "cursor": one}
                self.assertEqual(self.ask("products/search/", query, status=404), {"detail": "Invalid cursor"}, one)

    def test_what_a_query_may_not_say(self):
        refuses = self.refusing("products/search/", 400)
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

    def test_a_page_is_one_query(self):
        with self.assertNumQueries(1):
            self.ask("products/search/", {"q": "a"})


class ProductDetail(ShopTestCase):
    def test_a_product(self):
        with self.assertNumQueries(2):
            product = self.ask("products/P-KETTLE/")
        given = WORLD["products"][0]
        self.assertEqual(product, {**given, "price": "39.90", "currency": "EUR", "available": True})
        self.assertEqual(list(product["items"][0]["options"]), ["size", "colour"])

    def test_no_such_product(self):
        for product_id in ("nothing", "%00", "p-kettle", "a%20b"):
            refusal = self.ask(f"products/{product_id}/", status=404)
            self.assertEqual(refusal, {"detail": "No Product matches the given query."})


class OrderDetail(ShopTestCase):
    def test_an_order(self):
        with self.assertNumQueries(5):
            order = self.ask("orders/O-2/", by="mia")
        given = deepcopy(WORLD["orders"][1])
        given["timeline"][0]["note"] = None
        given["lines"] = given.pop("items")
        self.assertEqual(order, {
            **given, "currency": "EUR", "total": "39.90", "items_modified": False, "cancel_reason": None,
            "return": None,
            "can_cancel": {
                "allowed": False, "reason": "Only a pending order can be cancelled; this one is exchange requested."},
            "can_change": {
                "allowed": False, "reason": "Only a pending order can be changed; this one is exchange requested."},
            "can_change_address": {
                "allowed": False,
                "reason": "Only the address of a pending order can be changed; this one is exchange requested."},
            "can_return": {
                "allowed": False,
                "reason": "Only a delivered order can be returned or exchanged; this one is exchange requested."},
        })  # fmt: skip

    def test_what_is_absent_is_null(self):
        order = self.ask("orders/O-3/", by="leo")
        for name in ("updated_at", "estimated_delivery", "timeline", "exchange", "cancel_reason"):
            self.assertIsNone(order[name], name)
        self.assertEqual(order["return"], {"item_ids": ["I-LAMP"], "payment_method_id": "M-CARD"})
        self.assertEqual(order["total"], "0.30")
        self.assertEqual(self.ask("orders/O-1/", by="mia")["timeline"], [])
        self.assertEqual(self.ask("orders/O-4/", by="leo")["total"], "0.00")

    def test_what_the_shop_allows(self):
        rulings = lambda path, by: [  # noqa: E731
            (ruling["allowed"], ruling["reason"])
            for name, ruling in self.ask(path, by=by).items()
            if name.startswith("can_")
        ]
        self.assertEqual(rulings("orders/O-1/", "mia"), [
            (True, "A pending order can be cancelled."),
            (True, "A pending order can be changed."),
            (True, "The address of a pending order can be changed."),
            (False, "Only a delivered order can be returned or exchanged; this one is pending."),
        ])  # fmt: skip
        self.assertEqual(rulings("orders/O-5/", "leo")[:3], [
            (False, "Its items were changed, and an order whose items were changed cannot be cancelled."),
            (False, "Its items were changed once already; only its address can still be changed."),
            (True, "The address of a pending order can be changed."),
        ])  # fmt: skip
        self.assertEqual(rulings("orders/O-6/", "mia"), [
            (False, "Only a pending order can be cancelled; this one is delivered."),
            (False, "Only a pending order can be changed; this one is delivered."),
            (False, "Only the address of a pending order can be changed; this one is delivered."),
            (True, "A delivered order can be returned or exchanged once."),
        ])  # fmt: skip

    def test_its_status(self):
        with self.assertNumQueries(3):
            status = self.ask("orders/O-2/status/", by="mia")
        self.assertEqual(status, {
            "order_id": "O-2", "status": "exchange_requested", "placed_at": "2026-10-01T08:00:00.250000Z",
            "updated_at": "2026-10-09T08:00:00Z", "estimated_delivery": "2026-10-05",
            "tracking_ids": ["T-1", "T-2", "T-3"],
        })  # fmt: skip
        status = self.ask("orders/O-3/status/", by="staff")
        self.assertEqual((status["updated_at"], status["estimated_delivery"], status["tracking_ids"]), (None, None, []))

    def test_somebody_elses_is_as_absent_as_none(self):
        for path in ("orders/O-1/", "orders/O-1/status/", "orders/nothing/", "orders/nothing/status/"):
            self.assertEqual(self.ask(path, by="leo", status=404), {"detail": "No Order matches the given query."})
        self.ask("orders/O-1/", by="staff")


class OrderList(ShopTestCase):
    def orders(self, by, **query):
        return self.ids("orders/", query, by, "order_id")

    def test_a_row(self):
        row = self.ask("orders/", {"limit": 1}, "mia")["results"]
        self.assertEqual(row, [{
            "order_id": "O-1", "customer_id": "C-MIA", "status": "pending", "placed_at": "2026-11-02T09:15:00Z",
            "total": "25.00", "currency": "EUR", "item_count": 2,
        }])  # fmt: skip

    def test_whose(self):
        mias, leos = ["O-1", "O-2", "O-6"], ["O-4", "O-3", "O-5"]
        self.assertEqual(self.orders("mia"), mias)
        self.assertEqual(self.orders("mia", customer="me"), mias)
        self.assertEqual(self.orders("mia", customer="C-MIA"), mias)
        self.assertEqual(self.orders("mia", customer=""), mias)
        self.assertEqual(self.orders("staff"), ["O-4", "O-1", "O-3", "O-5", "O-2", "O-6"])
        self.assertEqual(self.orders("staff", customer="C-LEO"), leos)
        self.assertEqual(self.orders("staff", customer="me"), [])
        self.assertEqual(self.orders("staff", customer="nobody"), [])
        refuses = self.refusing("orders/", 403, by="mia")
        refuses(FORBIDDEN, customer="C-LEO")
        refuses(FORBIDDEN, customer="nobody")

    def test_which_status(self):
        self.assertEqual(self.orders("leo", status="pending"), ["O-5"])
        self.assertEqual(self.orders("leo", status=""), ["O-4", "O-3", "O-5"])
        refuses = self.refusing("orders/", 400, by="leo")
        refuses({"status": ['"lost" is not a valid choice.']}, status="lost", customer="C-MIA")

    def test_pages_lead_forward_and_back_through_ties(self):
        whole = self.orders("staff")
        for limit in (1, 2, 4):
            pages, last = self.walk("orders/", {"limit": limit}, "staff", "order_id")
            self.assertEqual(sum(pages, []), whole, limit)
        self.client.credentials(HTTP_AUTHORIZATION="Token staff-token")
        back = self.client.get(last).json()["previous"]
        self.assertEqual([row["order_id"] for row in self.client.get(back).json()["results"]], pages[-2])

    def test_positions(self):
        page = self.ask("orders/", {"limit": 1}, "staff")
        expected = urlencode({"cursor": cursor(p="2026-11-02 09:15:00.500000+00:00"), "limit": 1})
        self.assertEqual(page["next"], f"http://testserver/api/orders/?{expected}")
        refuses = self.refusing("orders/", 404, by="staff")
        for position in ("now", "2026-11-02", "2026-13-02 09:15:00+00:00", "2026-11-02 09:15:00",
                         "2026-11-02T09:15:00Z", "2026-11-02 10:15:00+01:00"):  # fmt: skip
            refuses({"detail": "Invalid cursor"}, cursor=cursor(p=position))

    def test_a_page_is_as_many_queries_as_its_kinds_of_rows(self):
        with self.assertNumQueries(3):  # token, orders, lines
            self.ask("orders/", by="staff")


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


class TheShop(ShopTestCase):
    def test_it_introduces_itself(self):
        with self.assertNumQueries(2):
            shop = self.ask("shop/")
        self.assertEqual(shop, {
            **WORLD["shop"], "currency": "EUR",
            "categories": [{"name": "Home", "count": 1}, {"name": "Kitchen", "count": 2},
                           {"name": "home", "count": 1}, {"name": "Épicerie", "count": 1}],
        })  # fmt: skip

    def test_it_may_have_nothing_to_say(self):
        world.load(world.read(json.dumps({"currency": "USD", "products": [], "customers": [], "orders": []})))
        nothing = {"name": "Shop", "currency": "USD", "categories": [], "policies": {}, "support_hours": ""}
        self.assertEqual(self.ask("shop/"), nothing)

    def test_its_schema(self):
        schema = self.ask("schema/")
        self.assertIn("/api/products/search/", schema["paths"])
        call_command("spectacular", "--fail-on-warn", "--validate", stdout=io.StringIO())

    def test_its_schema_tells_of_writes(self):
        paths = self.ask("schema/")["paths"]
        writes = [path[method] for path in paths.values() for method in ("post", "patch") if method in path]
        self.assertEqual(len(writes), 8)
        for write in writes:
            (key,) = [one for one in write["parameters"] if one["in"] == "header"]
            self.assertEqual((key["name"], key["required"]), ("Idempotency-Key", True))
            self.assertTrue(write["requestBody"]["required"])
            self.assertEqual({*write["responses"]} - {"200", "201"}, {"400", "401", "404", "409"})
