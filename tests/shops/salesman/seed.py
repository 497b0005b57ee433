"""Makes the data by the shop's own API: products are put into baskets, checked out, paid and sent. Prints the tokens."""

import json
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

django.setup()

from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from salesman.orders.models import Order, OrderNote

from shop.models import Product, Variant

ADDRESS = "Mia Lindqvist\r\nHamngatan 4\r\n411 06 Göteborg\r\nSweden"
# who, the statuses that follow the checkout, how it is paid, and what: code and pieces
ORDERS = [
    ("mia", ["CANCELLED"], "pay-in-advance", [("cup", 1)]),
    ("mia", ["SHIPPED", "COMPLETED", "REFUNDED"], "credit-card", [("pot", 1)]),
    ("mia", ["SHIPPED", "COMPLETED"], "credit-card", [("cup", 3), ("pot-green", 1)]),
    ("tom", [], "credit-card", [("tray", 2)]),
    ("mia", ["SHIPPED"], "credit-card", [("pot-white", 1), ("tray", 2)]),
    ("mia", [], "credit-card", [("tray", 1), ("cup", 12)]),
    *[("tom", [], "pay-in-advance", [("cup", 2)])] * 3,
    ("mia", ["FAILED"], "pay-in-advance", [("pot", 2)]),
    ("mia", [], "pay-in-advance", [("cup", 2), ("pot", 1)]),
    (None, [], "credit-card", [("cup", 1)]),
]


def accepted(answer):
    assert answer.status_code < 300, answer.content
    return answer


def place(who, statuses, method, items):
    client, staff = APIClient(), APIClient()
    staff.credentials(HTTP_AUTHORIZATION="Token demo-rosa")
    if who:
        client.credentials(HTTP_AUTHORIZATION=f"Token demo-{who}")
    for code, quantity in items:
        product = products[code]
        item = {"product_type": product._meta.label, "product_id": product.pk, "quantity": quantity}
        accepted(client.post("/api/basket/", item, format="json"))
    checkout = {"email": f"{who or 'guest'}@shop.example", "payment_method": method}
    addresses = {"shipping_address": ADDRESS, "billing_address": "Mia Lindqvist, Box 7, Göteborg"}
    answer = accepted(client.post("/api/checkout/", {**checkout, **addresses}, format="json"))
    order = Order.objects.get(token=answer.json()["url"].rpartition("=")[2])
    for status in statuses:
        accepted(staff.put(f"/api/orders/{order.ref}/status/", {"status": status}, format="json"))
    return order


call_command("migrate", run_syncdb=True, verbosity=0)  # the app shop has no migrations
for name in ["mia", "tom", "rosa"]:
    user = User.objects.create_user(name, f"{name}@shop.example", "secret", is_staff=name == "rosa")
    Token.objects.create(user=user, key=f"demo-{name}")
made = [
    Product.objects.create(name="Cup", code="cup", price="7.15"),
    pot := Product.objects.create(name="Tea Pot", code="pot", price="49.90"),
    Product.objects.create(name="Oak Tray", code="tray", price="31.05"),
    *[Variant.objects.create(product=pot, color=color) for color in ["green", "white"]],
]
products = {product.code: product for product in made}
placed = [place(*order) for order in ORDERS]
OrderNote.objects.create(order=placed[-1], message="The customer called.", public=False)
for number, order in enumerate(placed):
    day = datetime(2026, 11, 1, 9, 30, tzinfo=UTC) + timedelta(days=number)
    Order.objects.filter(pk=order.pk).update(date_created=day, date_updated=day + timedelta(hours=5))
tokens = Token.objects.all()
print(json.dumps({token.user.username: token.key for token in tokens}))
