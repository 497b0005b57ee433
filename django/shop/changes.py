"""What each write does to the database. Called by views.py.

Call these functions in a transaction that has locked the order or the customer they are given.
They check the rules first, and raise what rules.py raises; nothing has been changed then.
"""

import re

from django.db import transaction
from rest_framework.exceptions import ValidationError

from shop import clock, mail, rules
from shop.models import Line, Order, Payment, PaymentMethod, Shop, SupportRequest

# Orders.


def cancel(order, reason):
    """Cancel the order, and refund to each payment method what it paid."""
    rules.require(rules.can_cancel(order))
    methods = lock_payment_methods(order)
    for method_id, amount in rules.net_payments(order).items():
        refund(order, amount, method_id, methods)
    note = f"Cancelled: {rules.humanize(reason)}."
    save_with_timeline(order, note, status=Order.Status.CANCELLED, cancel_reason=reason)


def change_address(order, address):
    rules.require(rules.can_change_address(order))
    save_with_timeline(order, "Address changed.", address=address)


def change_items(order, items, payment_method_id):
    """Replace items by others of the same products, and charge or refund the difference in price."""
    rules.require(rules.can_change(order))
    pairs, methods = rules.match_replacements(order, items), lock_payment_methods(order)
    method, difference = rules.require_method(methods, payment_method_id), price_difference(pairs)
    rules.require_balance(method, difference, order.currency)
    for line, item in pairs:
        swap_piece(line, item)
    if difference > 0:
        charge(order, difference, payment_method_id, methods)
    elif difference < 0:
        refund(order, -difference, payment_method_id, methods)
    save_with_timeline(order, "Items changed.", items_modified=True)


def change_payment(order, payment_method_id):
    """Charge another payment method, and refund the one that paid."""
    rules.require(rules.can_change(order))
    payment, methods = rules.require_single_payment(order), lock_payment_methods(order)
    method = rules.require_other_method(methods, payment_method_id, payment)
    rules.require_balance(method, payment.amount, order.currency)
    charge(order, payment.amount, payment_method_id, methods)
    refund(order, payment.amount, payment.payment_method_id, methods)
    save_with_timeline(order, "Payment method changed.")


def request_return(order, items, payment_method_id):
    """Record the request. Nothing is refunded before the goods are back."""
    rules.require(rules.can_return(order))
    item_ids = [entry["item_id"] for entry in items]
    list(rules.match_lines(order, item_ids))  # for the checks only
    rules.require_refund_method(lock_payment_methods(order), payment_method_id, order)
    request = {"item_ids": item_ids, "payment_method_id": payment_method_id}
    save_with_timeline(order, "Return requested.", status=Order.Status.RETURN_REQUESTED, return_request=request)


def request_exchange(order, items, payment_method_id):
    """Record the request. Nothing is charged or refunded before the goods are back."""
    rules.require(rules.can_return(order))
    difference = price_difference(rules.match_replacements(order, items))
    method = rules.require_method(lock_payment_methods(order), payment_method_id)
    rules.require_balance(method, difference, order.currency)
    request = {
        "item_ids": [entry["item_id"] for entry in items],
        "new_item_ids": [entry["new_item_id"] for entry in items],
        "payment_method_id": payment_method_id,
        "price_difference": str(difference),
    }
    save_with_timeline(
        order, "Exchange requested.", status=Order.Status.EXCHANGE_REQUESTED, exchange_request=request
    )


def swap_piece(line, item):
    """Give the new item the place of one piece: that of the line if it is the last, else a line of its own."""
    if line.quantity > 1:
        line.quantity -= 1
        line.save(update_fields=["quantity"])
        line = Line(order=line.order, product_id=line.product_id, name=line.name)
    line.item_id, line.options, line.price = item.item_id, item.options, item.price
    line.save()


def price_difference(pairs):
    """What the new items of `(line, new item)` pairs cost more than the lines. Below zero if less."""
    return sum((item.price - line.price for line, item in pairs), rules.ZERO)


def lock_payment_methods(order):
    """The payment methods of the order's customer by id, locked.

    Without the lock, two orders could spend the same balance of a gift card. All methods are locked,
    always in the same order, so that transactions cannot deadlock.
    """
    methods = PaymentMethod.objects.filter(customer=order.customer_id).order_by("pk").select_for_update()
    return {method.payment_method_id: method for method in methods}


def charge(order, amount, method_id, methods):
    order.payments.create(kind=Payment.Kind.PAYMENT, amount=amount, payment_method_id=method_id)
    adjust_balance(methods.get(method_id), -amount)


def refund(order, amount, method_id, methods):
    order.payments.create(kind=Payment.Kind.REFUND, amount=amount, payment_method_id=method_id)
    adjust_balance(methods.get(method_id), amount)


def adjust_balance(method, amount):
    """Add to the balance of a gift card. Other methods have none, and `method` is None if the
    customer no longer has the one that paid."""
    if method and method.kind == PaymentMethod.Kind.GIFT_CARD:
        method.balance = (method.balance or rules.ZERO) + amount
        method.save(update_fields=["balance"])


def save_with_timeline(order, note, **values):
    """Set these columns and `updated_at`, add `note` to the timeline if the order has one, and save."""
    now = clock.now()
    for name, value in values.items():
        setattr(order, name, value)
    order.updated_at = now
    if order.timeline is not None:
        order.timeline.append({"at": clock.isoformat(now), "status": order.status, "note": note})
    order.save()


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
