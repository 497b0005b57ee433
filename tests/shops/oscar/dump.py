"""Writes what oscar's models and its strategy hold, as JSON, to be compared with what the tools say."""

import json

import django

django.setup()

from oscar.core.loading import get_class, get_model  # noqa: E402

strategy = get_class("partner.strategy", "Selector")().strategy()


def product(one):
    price, availability, _ = strategy.fetch_for_product(one)
    return {
        "id": str(one.pk),
        "upc": one.upc,
        "title": one.title,
        "structure": one.structure,
        "is_public": one.is_public,
        "parent": one.parent_id and str(one.parent_id),
        "description": one.description,
        "attributes": {value.attribute.name: str(value.value) for value in one.attribute_values.all()},
        "categories": [category.full_name for category in one.categories.order_by("pk")],
        "images": [image.original.name for image in one.images.all()],
        "net": price.exists and str(price.excl_tax),
        "gross": price.exists and f"{price.incl_tax:.2f}",
        "is_available": bool(availability.is_available_to_buy),
    }


def line(one):
    return {
        "id": str(one.pk),
        "product": one.product_id and str(one.product_id),
        "title": one.title,
        "quantity": one.quantity,
        "gross": str(one.line_price_incl_tax),
    }


def order(one):
    address = one.shipping_address
    return {
        "id": str(one.pk),
        "number": one.number,
        "user": one.user.username,
        "status": one.status,
        "total": str(one.total_incl_tax),
        "currency": one.currency,
        "placed_at": one.date_placed.timestamp() * 1000,
        "address": {
            "line1": address.line1,
            "line2": address.line2,
            "city": address.line4,
            "postcode": address.postcode,
            "country": address.country.printable_name,
        },
        "lines": [line(each) for each in one.lines.order_by("pk")],
    }


Product, Order = get_model("catalogue", "Product"), get_model("order", "Order")
products, orders = Product.objects.all(), Order.objects.order_by("-date_placed")
print(json.dumps({"products": [*map(product, products)], "orders": [*map(order, orders)]}))
