"""The shop of the read tests is testdata/world.json; a test of a write makes the order it needs."""

import itertools
import json
from pathlib import Path
from urllib.parse import urlencode

from django.apps import apps
from rest_framework.test import APITestCase

from shop import world

FILE = Path(__file__).parent.parent / "testdata" / "world.json"
WORLD = json.loads(FILE.read_text("utf-8"))


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


ADDRESS = {"line1": "Rua 1", "line2": "", "city": "Porto", "state": "", "postcode": "4000", "country": "PT"}
NEW_ADDRESS = {"line1": "Quay 9", "line2": "", "city": "Cork", "state": "", "postcode": "T12", "country": "IE"}
# item_id: product_id, price, available
ITEMS = {
    "PEN-RED": ("PEN", "10.00", True),
    "PEN-BLUE": ("PEN", "12.50", True),
    "PEN-GREY": ("PEN", "7.90", True),
    "PEN-TIN": ("PEN", "10.00", True),
    "PEN-GONE": ("PEN", "10.00", False),
    "INK-RED": ("INK", "3.00", True),
}
METHODS = [
    {"payment_method_id": "CARD", "kind": "credit_card"},
    {"payment_method_id": "PAYPAL", "kind": "paypal"},
    {"payment_method_id": "GIFT", "kind": "gift_card", "balance": "10.00"},
    {"payment_method_id": "EMPTY", "kind": "gift_card"},
]


def options(item_id):
    return {"colour": item_id.split("-")[1].lower()}


def product(product_id):
    items = [
        {"item_id": item_id, "options": options(item_id), "price": price, "available": available}
        for item_id, (own, price, available) in ITEMS.items()
        if own == product_id
    ]
    name = product_id.title()
    return {
        "product_id": product_id,
        "name": name,
        "description": "",
        "category": "Desk",
        "images": [],
        "items": items,
    }


def customer(name, payment_methods=(), **more):
    return {
        "customer_id": name, "email": f"{name}@shop.example", "first_name": name.title(), "last_name": "Muñoz",
        "address": ADDRESS, "token": f"{name}-token", "payment_methods": list(payment_methods), **more,
    }  # fmt: skip


def order(items="PEN-RED", payments=(), order_id="O-1", customer_id="mia", status="pending", **more):
    """An order: `items` by id with spaces between, `payments` as "payment 10.00 CARD"."""
    return {
        "order_id": order_id, "customer_id": customer_id, "status": status, "placed_at": "2026-11-02T09:15:00Z",
        "address": ADDRESS, "shipments": [],
        "items": [
            {"item_id": item_id, "product_id": ITEMS[item_id][0], "name": "As bought", "options": options(item_id),
             "price": ITEMS[item_id][1]}
            for item_id in items.split()
        ],
        "payments": [dict(zip(("kind", "amount", "payment_method_id"), payment.split())) for payment in payments],
        **more,
    }  # fmt: skip


def small_world(*orders, methods=METHODS, **more):
    return {
        "currency": "EUR",
        "products": [product("PEN"), product("INK")],
        "customers": [customer("mia", methods), customer("leo", METHODS), customer("sam", staff=True)],
        "orders": list(orders),
        **more,
    }


def load(content):
    world.load(world.read(json.dumps(content)))


def dump():
    return json.loads(json.dumps(world.dump()))


def rows():
    """Everything that is stored: more than a world tells, and sooner read than one."""
    return {
        model: list(model.objects.order_by("pk").values_list())
        for model in apps.get_app_config("shop").get_models()
    }


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


def refusal(code, detail):
    return {"detail": detail, "code": code}
