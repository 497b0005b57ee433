"""Makes the data: 23 products in 3 categories, 3 people, 34 orders. Prints an access token of each person."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import django
from django.core.management import call_command

django.setup()

from django.contrib.auth.models import User
from rest_framework_simplejwt.tokens import AccessToken
from shop.models import Category, Order, Payment, Product, Variant

call_command("migrate", run_syncdb=True, verbosity=0)  # the app shop has no migrations

CATEGORIES = {"Shirts & Tops": ["Shirt", "Blouse"], "Bags": ["Backpack", "Tote"], "Home": ["Apron", "Tea Towel"]}
MATERIALS = ["Linen", "Cotton", "Hemp", "Wool"]
SIZES = ["S", "M", "L"]
products = []
for category, things in CATEGORIES.items():
    slug = category.lower().replace(" & ", "-")
    category = Category.objects.create(name=category, slug=slug)
    for thing in things:
        for material in MATERIALS:
            number = len(products)
            price = Decimal("14.95") + number * Decimal("3.35")
            product = Product.objects.create(
                name=f"{material} {thing}",
                slug=f"{material}-{thing}".lower().replace(" ", "-"),
                description=f"A {thing.lower()} of woven {material.lower()}, made in <b>Porto</b> & washed once.",
                category=category,
                price=price,
                is_active=number != 23,
            )
            for step, size in enumerate(SIZES if thing in ("Shirt", "Blouse") else [""]):
                Variant.objects.create(
                    product=product,
                    sku=f"{product.slug.upper()}{size and '-' + size}",
                    size=size,
                    color=["white", "navy", "sand"][number % 3],
                    price=price + step,
                    stock=(number + step) % 4,
                )
            products.append(product)

people = {
    "mia": User.objects.create_user("mia", "mia@shop.example", "linen-shirt-4", first_name="Mia", last_name="Lindqvist"),
    "tom": User.objects.create_user("tom", "tom@shop.example", "oak-tray-12", first_name="Tom", last_name="Okafor"),
    "rosa": User.objects.create_user("rosa", "rosa@shop.example", "staff-only-7", first_name="Rosa", is_staff=True),
}
User.objects.create_user("nina", "nina@shop.example", "tea-towel-9")  # who leaves
variants = list(Variant.objects.all())
for number in range(34):
    status = list(Order.Status)[number % 8]
    day = datetime(2026, 9, 1, 8, 15, tzinfo=UTC) + timedelta(days=2 * number)
    is_sent = status in ("shipped", "delivered", "refunded")
    order = Order.objects.create(
        id=UUID(int=0x5F3C_0000_0000_4000_8000_0000_0000_0000 + 7919 * number),
        number=f"ORD-2026-{number + 1:04}",
        user=people["tom" if number % 5 == 2 else "mia"],
        status=status,
        shipping_name="Mia Lindqvist",
        shipping_street=f"Hamngatan {number}",
        shipping_city="Göteborg",
        shipping_postal_code="411 06",
        shipping_country="SE",
        shipping_cost=Decimal("4.90"),
        tracking_number=f"PN{70000 + number}SE" if is_sent else "",
        created_at=day,
        updated_at=day + timedelta(hours=3),
    )
    for step in range(1 + number % 3):
        variant = variants[(5 * number + 3 * step) % len(variants)]
        price = variant.price - Decimal("0.45")  # it has risen since
        order.items.create(variant=variant, quantity=1 + (number + step) % 4, unit_price=price)
    pays = Payment.objects.create
    if number % 4 == 1:
        pays(order=order, method="card", status="failed", amount=order.total)
    if status == "awaiting_payment":
        pays(order=order, method="invoice", status="pending", amount=order.total)
    elif status not in ("pending", "cancelled"):
        pays(order=order, method="card", status="refunded" if status == "refunded" else "succeeded", amount=order.total)



def long_token(user):
    """One that lasts for as long as somebody looks at this shop; those of `token/` last five minutes."""
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(days=1))
    return str(token)


print(json.dumps({name: long_token(user) for name, user in people.items()}))
