"""Prints the orders as django-salesman's models have them, the newest first."""

import json

import django

django.setup()

from salesman.orders.models import Order


def order_of(order):
    return {
        "ref": order.ref,
        "token": order.token,
        "owner": order.user and order.user.username,
        "user": order.user_id,
        "status": order.status,
        "placed": order.date_created.isoformat(),
        "subtotal": str(order.subtotal),
        "total": str(order.total),
        "paid": str(order.amount_paid),
        "rows": [row["label"] for row in order.extra_rows],
        "address": order.shipping_address,
        "payments": [{"amount": str(one.amount), "method": one.payment_method} for one in order.payments.all()],
        "items": [
            {
                "id": item.pk,
                "name": item.name,
                "code": item.code,
                "color": item.product and getattr(item.product, "color", None),
                "quantity": item.quantity,
                "unit_price": str(item.unit_price),
                "total": str(item.total),
            }
            for item in order.items.all()
        ],
    }


print(json.dumps([order_of(order) for order in Order.objects.all()]))
