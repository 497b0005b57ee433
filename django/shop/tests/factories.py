"""Worlds, request bodies and expected answers for the tests, and `load` and `dump` for worlds.

Tests of reads use `WORLD`, the content of world.json. Tests of writes make the orders they need with
`order()` and load them in a `small_world()`.
"""

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from django.apps import apps

from shop import world

WORLD_FILE = Path(__file__).with_name("world.json")
WORLD = json.loads(WORLD_FILE.read_text("utf-8"))
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
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOW_TEXT = "2026-11-22T09:00:00Z"
STATUSES = [
    "pending", "processing", "shipped", "delivered", "cancelled", "return_requested", "exchange_requested",
]  # fmt: skip
REPLACE_BODY = {"items": [{"item_id": "PEN-RED", "new_item_id": "PEN-BLUE"}], "payment_method_id": "CARD"}
RETURN_BODY = {"items": [{"item_id": "PEN-RED"}], "payment_method_id": "CARD"}
PAID = ["payment 10.00 CARD"]


def options_of(item_id):
    return {"colour": item_id.split("-")[1].lower()}


def product(product_id):
    items = [
        {"item_id": item_id, "options": options_of(item_id), "price": price, "available": available}
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
    """An order of a world. `items` are ids separated by spaces, `payments` such as "payment 10.00 CARD"."""
    return {
        "order_id": order_id, "customer_id": customer_id, "status": status, "placed_at": "2026-11-02T09:15:00Z",
        "address": ADDRESS, "shipments": [],
        "items": [
            {"item_id": item_id, "product_id": ITEMS[item_id][0], "name": "As bought", "options": options_of(item_id),
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


def replace_body(*pairs, method="CARD"):
    """The body of items/ and exchanges/. A pair is an item and its replacement: "PEN-RED PEN-BLUE"."""
    items = [dict(zip(("item_id", "new_item_id"), pair.split())) for pair in pairs]
    return {"items": items, "payment_method_id": method}


def return_body(*item_ids, method="CARD"):
    return {"items": [{"item_id": item_id} for item_id in item_ids], "payment_method_id": method}


def gift_card(method_id, balance):
    return {"payment_method_id": method_id, "kind": "gift_card", "balance": balance}


def encode_cursor(**tokens):
    return b64encode(urlencode(tokens).encode()).decode()


FORBIDDEN = {"detail": "You do not have permission to perform this action."}


def refusal(code, detail):
    return {"detail": detail, "code": code}


def humanize(status):
    return status.replace("_", " ")


def load(content):
    world.load(world.read(json.dumps(content)))


def dump():
    return json.loads(json.dumps(world.dump()))


def database_rows():
    """All rows of the app by model. Includes what a world leaves out, and is faster to read."""
    return {
        model: list(model.objects.order_by("pk").values_list())
        for model in apps.get_app_config("shop").get_models()
    }
