"""What each write does, once the rules let it. Each function belongs in a transaction that holds a
lock on the order or the customer it is given."""

import re

from django.db import transaction
from rest_framework.exceptions import ValidationError

from shop import clock, mail, rules
from shop.models import Line, Order, Payment, PaymentMethod, Shop, SupportRequest

# Orders.


def cancel(order, reason):
    rules.require(rules.can_cancel(order))
    methods = lock_methods(order)
    for method_id, amount in rules.still_paid(order).items():
        refund(order, amount, method_id, methods)
    note = f"Cancelled: {rules.spoken(reason)}."
    record(order, note, status=Order.Status.CANCELLED, cancel_reason=reason)


def change_address(order, address):
    rules.require(rules.can_change_address(order))
    record(order, "Address changed.", address=address)


def change_items(order, items, payment_method_id):
    rules.require(rules.can_change(order))
    pairs, methods = rules.replacements(order, items), lock_methods(order)
    method, difference = rules.own_method(methods, payment_method_id), price_difference(pairs)
    rules.covers(method, difference, order.currency)
    for line, item in pairs:
        line.item_id, line.options, line.price = item.item_id, item.options, item.price
    Line.objects.bulk_update([line for line, _ in pairs], ["item_id", "options", "price"])
    if difference > 0:
        charge(order, difference, payment_method_id, methods)
    elif difference < 0:
        refund(order, -difference, payment_method_id, methods)
    record(order, "Items changed.", items_modified=True)


def change_payment(order, payment_method_id):
    rules.require(rules.can_change(order))
    payment, methods = rules.only_payment(order), lock_methods(order)
    method = rules.other_method(methods, payment_method_id, payment)
    rules.covers(method, payment.amount, order.currency)
    charge(order, payment.amount, payment_method_id, methods)
    refund(order, payment.amount, payment.payment_method_id, methods)
    record(order, "Payment method changed.")


def request_return(order, items, payment_method_id):
    """Money moves when the goods are back, so not here."""
    rules.require(rules.can_return(order))
    item_ids = [entry["item_id"] for entry in items]
    for _ in rules.named_lines(order, item_ids):
        pass
    rules.refundable(lock_methods(order), payment_method_id, order)
    request = {"item_ids": item_ids, "payment_method_id": payment_method_id}
    record(order, "Return requested.", status=Order.Status.RETURN_REQUESTED, return_request=request)


def request_exchange(order, items, payment_method_id):
    """Money moves when the goods are back, so not here."""
    rules.require(rules.can_return(order))
    difference = price_difference(rules.replacements(order, items))
    method = rules.own_method(lock_methods(order), payment_method_id)
    rules.covers(method, difference, order.currency)
    request = {
        "item_ids": [entry["item_id"] for entry in items],
        "new_item_ids": [entry["new_item_id"] for entry in items],
        "payment_method_id": payment_method_id,
        "price_difference": str(difference),
    }
    record(order, "Exchange requested.", status=Order.Status.EXCHANGE_REQUESTED, exchange_request=request)


def price_difference(pairs):
    return sum((item.price - line.price for line, item in pairs), rules.NOTHING)


def lock_methods(order):
    """The payment methods of the order's customer by id, locked: two orders that one gift card pays
    must not both spend the same money. All of them in one order, so that no two wait for each other."""
    methods = PaymentMethod.objects.filter(customer=order.customer_id).order_by("pk").select_for_update()
    return {method.payment_method_id: method for method in methods}


def charge(order, amount, method_id, methods):
    order.payments.create(kind=Payment.Kind.PAYMENT, amount=amount, payment_method_id=method_id)
    move_balance(methods.get(method_id), -amount)


def refund(order, amount, method_id, methods):
    order.payments.create(kind=Payment.Kind.REFUND, amount=amount, payment_method_id=method_id)
    move_balance(methods.get(method_id), amount)


def move_balance(method, amount):
    """A gift card is the shop's own and moves at once; a method may be gone since it paid."""
    if method and method.kind == PaymentMethod.Kind.GIFT_CARD:
        method.balance = (method.balance or rules.NOTHING) + amount
        method.save(update_fields=["balance"])


def record(order, note, **values):
    """Set these columns of the order, and say when, and in its timeline, where it has one, what."""
    now = clock.now()
    for name, value in values.items():
        setattr(order, name, value)
    order.updated_at = now
    if order.timeline is not None:
        order.timeline.append({"at": clock.written(now), "status": order.status, "note": note})
    order.save()


# Customers.


def change_customer_address(customer, address):
    """Orders keep the address they were placed with."""
    customer.address = address
    customer.save(update_fields=["address"])


def request_support(customer, subject, message, order_id=None):
    """The request that was stored. It is mailed when the transaction commits."""
    if order_id is not None and not Order.objects.visible_to(customer.user).filter(pk=order_id).exists():
        raise ValidationError({"order_id": ["No Order matches the given query."]})
    request = SupportRequest.objects.create(
        request_id=next_request_id(), customer=customer, subject=subject, message=message, order_id=order_id
    )
    transaction.on_commit(lambda: mail.send_support_request(request))
    return request


def next_request_id():
    """`request-N`, N one above the highest. The shop's row is where two at once queue for theirs."""
    Shop.objects.select_for_update().first()
    taken = SupportRequest.objects.filter(request_id__startswith="request-").values_list("request_id", flat=True)
    numbers = [int(found[1]) for request_id in taken if (found := re.fullmatch(r"request-([0-9]+)", request_id))]
    return f"request-{max(numbers, default=0) + 1}"
