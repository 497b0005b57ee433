"""What each write does to the database. Called by views.py.

Call these functions in a transaction that has locked the order or the customer they are given.
They check the rules first, and raise what rules.py raises; nothing has been changed then.
"""

import re

from django.db import transaction
from rest_framework.exceptions import ValidationError

from shop import mail, rules
from shop.models import Order, PaymentMethod, Shop, SupportRequest

# Orders.


def change_order(order, kind, body):
    """Make a change of rules.py, and return the order as it is then."""
    methods = lock_payment_methods(order)
    changed = rules.changed_order(order, kind, methods, body)
    save_change(order, changed, methods)
    return changed


def save_change(order, changed, methods):
    """Save what `changed` has and `order` has not, and move the balances of gift cards."""
    changed.save()
    unchanged = set(map(id, order.all_lines))
    for line in changed.all_lines:
        if id(line) not in unchanged:
            line.save()
    for payment in changed.change["payments"]:
        payment.order = changed
        payment.save()
        adjust_balance(methods.get(payment.payment_method_id), -rules.signed_amount(payment))


def lock_payment_methods(order):
    """The payment methods of the order's customer by id, locked.

    Without the lock, two orders could spend the same balance of a gift card. All methods are locked,
    always in the same order, so that transactions cannot deadlock.
    """
    methods = PaymentMethod.objects.filter(customer=order.customer_id).order_by("pk").select_for_update()
    return {method.payment_method_id: method for method in methods}


def adjust_balance(method, amount):
    """Add to the balance of a gift card. Other methods have none, and `method` is None if the
    customer no longer has the one that paid."""
    if method and method.kind == PaymentMethod.Kind.GIFT_CARD:
        method.balance = (method.balance or rules.ZERO) + amount
        method.save(update_fields=["balance"])


@transaction.atomic
def ship_order(order_id, *tracking_ids):
    """Ship what is not shipped yet of an order, as the shop's staff do. Raises `Order.DoesNotExist`, too."""
    order = Order.objects.select_for_update().get(pk=order_id)
    shipped = rules.shipped_order(order)
    item_ids = rules.unshipped_pieces(order)
    shipped.shipments.create(tracking_ids=tracking_ids or [f"SHIP-{order_id}"], item_ids=item_ids)
    shipped.save()
    return shipped


# Customers.


def change_customer_address(customer, address):
    """Existing orders keep the address they were placed with."""
    customer.address = address
    customer.save(update_fields=["address"])


def create_support_request(customer, subject, message, order_id=None):
    """Store a request, to be mailed to the staff when the transaction commits."""
    if order_id is not None and not Order.objects.visible_to(customer.user).filter(pk=order_id).exists():
        raise ValidationError({"order_id": ["No Order matches the given query."]})
    request = SupportRequest.objects.create(
        request_id=next_request_id(), customer=customer, subject=subject, message=message, order_id=order_id
    )
    transaction.on_commit(lambda: mail.send_support_request(request))
    return request


def next_request_id():
    """`request-N`, where N is one above the highest so far. Locks the shop's row until the end of the
    transaction, so that no two requests get the same id."""
    Shop.objects.select_for_update().first()
    taken = SupportRequest.objects.filter(request_id__startswith="request-").values_list("request_id", flat=True)
    numbers = [int(match[1]) for request_id in taken if (match := re.fullmatch(r"request-([0-9]+)", request_id))]
    return f"request-{max(numbers, default=0) + 1}"
