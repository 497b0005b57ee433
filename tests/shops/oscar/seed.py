"""Fills the migrated database through oscar's own models and writes the tokens of its customers as JSON."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # noqa: E402
from oscar.core.loading import get_class, get_model  # noqa: E402
from oscar.test import factories  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

Selector = get_class("partner.strategy", "Selector")
Applicator = get_class("offer.applicator", "Applicator")
FixedPrice = get_class("shipping.methods", "FixedPrice")
Basket, Country = get_model("basket", "Basket"), get_model("address", "Country")
Order, ShippingAddress = get_model("order", "Order"), get_model("order", "ShippingAddress")
UserAddress = get_model("address", "UserAddress")

# ── Catalogue ──

ware = get_model("catalogue", "ProductClass").objects.create(name="Ware", track_stock=True)
ebook = get_model("catalogue", "ProductClass").objects.create(name="E-book", track_stock=False)
colour = ware.attributes.create(name="Colour", code="colour", type="text")
size = ware.attributes.create(name="Size (cm)", code="size", type="integer")
mugs, plates, books = map(create_from_breadcrumbs, ["Kitchen > Mugs", "Kitchen > Plates", "Books"])


def product(upc, title, price=None, stock=None, *, category=None, kind=ware, parent=None, attributes=None, **more):
    made = kind.products.model(upc=upc, title=title, parent=parent, **more)
    made.product_class = None if parent else kind
    for code, value in (attributes or {}).items():
        setattr(made.attr, code, value)
    made.save()
    if category:
        made.categories.add(category)
    if price is not None:
        factories.create_stockrecord(made, Decimal(price), f"sku-{upc}", stock, "Depot")
    return made


def variant(parent, upc, price, stock, title="", **more):
    return product(upc, title, price, stock, parent=parent, structure="child", **more)


tea_mug = product("mug-tea", "Tea mug", "8.00", 12, category=mugs, description="<p>Holds <b>tea</b>.</p>")
for name in ["front", "back"]:
    tea_mug.images.create(original=f"images/products/{name}.jpg", display_order=name == "back")
product("mug-gone", "Giant mug", "19.50", 0, category=mugs, description="Sold out.")
product("mug-soon", "Mug of next year", category=mugs, description="Has no price yet.")
painted = product("mug-set", "Painted mug", category=mugs, structure="parent", description="By hand.")
children = [
    variant(painted, f"mug-set-{code}", price, stock, attributes={"colour": code, "size": cm})
    for code, price, stock, cm in [("red", "9.50", 3, 9), ("blue", "11.25", 0, 10)]
]
variant(painted, "mug-set-own", "24.00", 1, title="Painted mug, gold rim", attributes={"colour": "gold"})
variant(painted, "mug-set-secret", "9.00", 2, attributes={"colour": "grey"}, is_public=False)
product("mug-secret", "Secret mug", "1.00", 9, category=mugs, is_public=False)
sold_out = product("plate-set", "Painted plate", category=plates, structure="parent")
variant(sold_out, "plate-set-red", "7.00", 0, attributes={"colour": "red"})
product("plate-none", "Plate without variants", category=plates, structure="parent")
plate = product("plate", "Soup plate", "12.40", 40, category=plates)
book = product("book", "The book of mugs", "20.66", category=books, kind=ebook)
lost = product("lost", "Sieve", "3.00", 5, category=plates)
many = product("many", "Plate in thirty kinds", category=plates, structure="parent")
for n in range(30):
    variant(many, f"many-{n}", "5.00", 2, attributes={"colour": "red", "size": n})
for number in range(1, 31):
    product(f"bowl-{number:02}", f"Bowl no. {number}", f"{number}.10", number % 4, category=plates)
tea_mug.categories.add(create_from_breadcrumbs("Gifts"))

# ── Customers ──

belgium = Country.objects.create(iso_3166_1_a2="BE", printable_name="Belgium", is_shipping_country=True)
people, places = {}, {}
for name, last_name, street, town, postcode in [
    ("mia", "Lindqvist", "Korenmarkt 1", "Gent", "9000"),
    ("tom", "Peeters", "Meir 20", "Antwerpen", "2000"),
    ("new", "Customer", None, None, None),
]:
    called = {"first_name": name.title(), "last_name": last_name}
    user = get_user_model().objects.create_user(name, f"{name}@post.example", f"{name}-secret-1", **called)
    people[name] = user
    if street:
        places[name] = {**called, "line1": street, "line4": town, "postcode": postcode, "country": belgium}
        UserAddress.objects.create(user=user, line1="Oude Kaai 3", line4="Brugge", postcode="8000", country=belgium)
        UserAddress.objects.create(user=user, is_default_for_shipping=True, **places[name])

# ── Orders ──

of_books = factories.RangeFactory(products=[book])
factories.create_offer(
    "Ten percent off one e-book",
    condition=factories.ConditionFactory(type="Count", value=1, range=of_books),
    benefit=factories.BenefitFactory(type="Percentage", value=10, range=of_books, max_affected_items=1),
    max_basket_applications=1,
)
DAY = datetime(2026, 11, 1, 9, tzinfo=timezone.utc)


def order(who, pieces, *statuses, charge="4.00"):
    basket = Basket.objects.create(owner=people[who])
    basket.strategy = Selector().strategy()
    for item, quantity in pieces:
        basket.add_product(item, quantity)
    Applicator().apply(basket, people[who])
    shipping = FixedPrice(Decimal(charge), Decimal(charge) * Decimal("1.21"))
    address = ShippingAddress.objects.create(line2="Bus 4", **places[who])
    sent = {"shipping_address": address, "shipping_method": shipping}
    made = factories.create_order(basket=basket, user=people[who], status="new", **sent)
    for status in statuses:
        made.set_status(status)
    number = Order.objects.count()
    Order.objects.filter(pk=made.pk).update(date_placed=DAY + timedelta(days=number))
    return made


order("mia", [(tea_mug, 2), (plate, 1), (children[0], 3)], "Being processed")
order("tom", [(plate, 4)], "Pending")
order("mia", [(book, 3), (tea_mug, 1)], "Being processed", "Complete")
order("mia", [(plate, 2)])
order("mia", [(plate, 1)], "Cancelled")
order("mia", [(tea_mug, 1), (lost, 1)], "Pending", charge="0.00")
lost.delete()
for _ in range(8):
    order("mia", [(plate, 1)], "Pending")

print(json.dumps({name: Token.objects.create(user=user).key for name, user in people.items()}))
