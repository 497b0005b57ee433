"""Prints what the models hold, as JSON."""

import json

import django

django.setup()

from django.contrib.auth.models import User
from shop.models import Order, Product


def order_of(order):
    return {
        "id": str(order.pk),
        "number": order.number,
        "owner": order.user.username,
        "user": str(order.user_id),
        "status": order.status,
        "created": order.created_at.isoformat(),
        "total": str(order.total),
        "street": order.shipping_street,
        "tracking": order.tracking_number,
        "reason": order.cancel_reason,
        "payments": [[one.status, str(one.amount), one.method] for one in order.payments.all()],
        "items": [
            {
                "sku": item.variant.sku,
                "product": str(item.variant.product_id),
                "name": item.variant.product.name,
                "size": item.variant.size,
                "color": item.variant.color,
                "quantity": item.quantity,
                "price": str(item.unit_price),
            }
            for item in order.items.all()
        ],
    }


def product_of(product):
    return {
        "id": str(product.pk),
        "name": product.name,
        "category": product.category.name,
        "price": str(product.price),
        "active": product.is_active,
        "variants": [[one.sku, one.size, one.color, str(one.price), one.stock] for one in product.variants.all()],
    }


print(
    json.dumps(
        {
            "orders": [order_of(order) for order in Order.objects.all()],
            "products": [product_of(product) for product in Product.objects.all()],
            "users": {user.username: str(user.pk) for user in User.objects.all()},
        }
    )
)
