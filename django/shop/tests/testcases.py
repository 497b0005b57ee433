"""What the test classes have in common."""

import itertools
import json
from urllib.parse import urlencode

from django.test import override_settings
from rest_framework.test import APITestCase

from shop import world
from shop.tests.factories import NOW, PAID, STATUSES, WORLD, dump, load, order, rows, small_world


class ShopTestCase(APITestCase):
    maxDiff = None

    @classmethod
    def setUpTestData(cls):
        world.load(world.read(json.dumps(WORLD)))

    def ask(self, path, query=None, by=None, status=200):
        headers = {"Authorization": f"Token {by}-token"} if by else {}
        response = self.client.get(f"/api/{path}", query or {}, headers=headers)
        self.assertEqual(response.status_code, status, response.content)
        return response.json()

    def ids(self, path, query=None, by=None, key="product_id"):
        return [row[key] for row in self.ask(path, query, by)["results"]]

    def walk(self, path, query, by=None, key="product_id"):
        """The ids of every page from `query` on, and the link of the last."""
        pages, url = [], f"/api/{path}?{urlencode(query)}"
        headers = {"Authorization": f"Token {by}-token"} if by else {}
        while url and len(pages) < 20:
            page = self.client.get(url, headers=headers).json()
            pages.append([row[key] for row in page["results"]])
            last, url = url, page["next"]
        return pages, last

    def refusing(self, path, status, by=None):
        """A check that `path` answers a query so."""
        return lambda answer, **query: self.assertEqual(self.ask(path, query, by, status), answer, query)


class Writes:
    """Sends writes, each with an Idempotency-Key of its own unless it is given one."""

    keys = map("key-{}".format, itertools.count())

    def given(self, *orders, **more):
        load(small_world(*orders, **more))

    def send(self, method, path, body, by="mia", key=None):
        headers = {"Authorization": f"Token {by}-token", "Idempotency-Key": key or next(self.keys)}
        return self.client.generic(method, f"/api/{path}/", json.dumps(body), "application/json", headers=headers)

    def post(self, path, body, **more):
        return self.send("POST", path, body, **more)

    def patch(self, path, body, **more):
        return self.send("PATCH", path, body, **more)

    def done(self, response, status=200):
        """The answer of a write that took effect."""
        self.assertEqual(response.status_code, status, response.content)
        return response.json()

    def refused(self, method, path, body, status, answer, **more):
        """A write that is refused so, and leaves everything as it was."""
        before = rows()
        response = self.send(method, path, body, **more)
        self.assertEqual((response.status_code, response.json()), (status, answer))
        self.assertEqual(rows(), before)

    def stored(self, order_id="O-1"):
        """The order as a world tells it."""
        return next(order for order in dump()["orders"] if order["order_id"] == order_id)

    def balances(self, customer_id="mia"):
        methods = next(one for one in dump()["customers"] if one["customer_id"] == customer_id)["payment_methods"]
        return {method["payment_method_id"]: method["balance"] for method in methods if "balance" in method}


class WriteTestCase(Writes, APITestCase):
    maxDiff = None


@override_settings(SHOP_CLOCK=NOW)
class OrderTestCase(WriteTestCase):
    def payments(self, order_id="O-1"):
        return [" ".join(payment.values()) for payment in self.stored(order_id)["payments"]]

    def refused_when(self, method, path, body, refused, **fields):
        """Refused for an order in each status: `refused(status)` is the refusal, None for none."""
        for status in STATUSES:
            answer = refused(status)
            if answer:
                self.given(order(payments=PAID, status=status, **fields))
                self.refused(method, path, body, 409, answer)

    def refused_entry(self, path, body, sentence):
        self.refused("POST", path, body, 400, {"items": [sentence]})
