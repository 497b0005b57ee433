"""The classes that the test cases extend: `ShopTestCase` reads, `WriteTestCase` and `OrderTestCase` write."""

import itertools
import json
from urllib.parse import urlencode

from django.test import override_settings
from rest_framework.test import APITestCase

from shop.tests.factories import NOW, PAID, STATUSES, WORLD, database_rows, dump, load, order, small_world


class ShopTestCase(APITestCase):
    """Reads from a shop that holds world.json. `as_user` is the part of a token before "-token"."""

    maxDiff = None

    @classmethod
    def setUpTestData(cls):
        load(WORLD)

    def get_json(self, path, query=None, as_user=None, status=200):
        headers = {"Authorization": f"Token {as_user}-token"} if as_user else {}
        response = self.client.get(f"/api/{path}", query or {}, headers=headers)
        self.assertEqual(response.status_code, status, response.content)
        return response.json()

    def get_ids(self, path, query=None, as_user=None, key="product_id"):
        return [row[key] for row in self.get_json(path, query, as_user)["results"]]

    def get_pages(self, path, query, as_user=None, key="product_id"):
        """Follow the `next` links. Returns the ids of each page, and the URL of the last page."""
        pages, url = [], f"/api/{path}?{urlencode(query)}"
        headers = {"Authorization": f"Token {as_user}-token"} if as_user else {}
        while url and len(pages) < 20:
            page = self.client.get(url, headers=headers).json()
            pages.append([row[key] for row in page["results"]])
            last, url = url, page["next"]
        return pages, last

    def assertQueryAnswer(self, path, status, answer, /, as_user=None, **query):
        self.assertEqual(self.get_json(path, query, as_user, status), answer, query)


class WriteMixin:
    """Sends writes, each with a new Idempotency-Key unless `key` is given."""

    keys = map("key-{}".format, itertools.count())

    def load_shop(self, *orders, **more):
        load(small_world(*orders, **more))

    def read(self, path, as_user="mia"):
        return self.client.get(f"/api/{path}/", headers={"Authorization": f"Token {as_user}-token"})

    def send(self, method, path, body, as_user="mia", key=None, if_match=None):
        headers = {"Authorization": f"Token {as_user}-token", "Idempotency-Key": key or next(self.keys)}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self.client.generic(method, f"/api/{path}/", json.dumps(body), "application/json", headers=headers)

    def post(self, path, body, **more):
        return self.send("POST", path, body, **more)

    def patch(self, path, body, **more):
        return self.send("PATCH", path, body, **more)

    def assertSucceeds(self, response, status=200):
        """Return the JSON of a successful response."""
        self.assertEqual(response.status_code, status, response.content)
        return response.json()

    def assertRefused(self, method, path, body, status, answer, **more):
        """The write is answered so, and changes nothing in the database."""
        before = database_rows()
        response = self.send(method, path, body, **more)
        self.assertEqual((response.status_code, response.json()), (status, answer))
        self.assertEqual(database_rows(), before)

    def stored_order(self, order_id="O-1"):
        """The order as it appears in a world."""
        return next(order for order in dump()["orders"] if order["order_id"] == order_id)

    def gift_card_balances(self, customer_id="mia"):
        methods = next(one for one in dump()["customers"] if one["customer_id"] == customer_id)["payment_methods"]
        return {method["payment_method_id"]: method["balance"] for method in methods if "balance" in method}


class WriteTestCase(WriteMixin, APITestCase):
    maxDiff = None


@override_settings(SHOP_CLOCK=NOW)
class OrderTestCase(WriteTestCase):
    def stored_payments(self, order_id="O-1"):
        return [" ".join(payment.values()) for payment in self.stored_order(order_id)["payments"]]

    def assertRequiresStatus(self, required, method, path, body, refusal_for):
        """An order in any other status is refused with `refusal_for(status)`."""
        for status in STATUSES:
            if status != required:
                self.load_shop(order(payments=PAID, status=status))
                self.assertRefused(method, path, body, 409, refusal_for(status))

    def assertItemsRefused(self, path, body, sentence):
        self.assertRefused("POST", path, body, 400, {"items": [sentence]})
