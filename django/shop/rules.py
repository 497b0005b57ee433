"""The rules of the shop: what can be done with an order, with which items and which payment methods, and what
the order is then.

`changed_order` makes a changed copy of an order and stores nothing: views.py shows it as a preview, and changes.py
saves it. serializers.py reports by the `can_…` functions what an order allows; they return a `Ruling`. Every other
function returns what it is asked for, and raises `RuleViolation` (409) or a `ValidationError` on a field (400)
where the request breaks a rule.
"""

from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal

from rest_framework.exceptions import ValidationError

from shop import clock
from shop.models import Item, Order, Payment, PaymentMethod
from shop_mcp.changes import allow, deny, require
from shop_mcp.exceptions import RuleViolation

ZERO = Decimal("0.00")

# What can be done with an order in its present state.


def can_cancel(order):
    if order.status != Order.Status.PENDING:
        reason = f"Only a pending order can be cancelled; this one is {humanize(order.status)}."
        return deny("not_pending", reason)
    if order.items_modified:
        reason = "Its items were changed, and an order whose items were changed cannot be cancelled."
        return deny("items_modified", reason)
    return allow("A pending order can be cancelled.")


def can_change(order):
    """Whether its items and its payment method can be changed."""
    if order.status != Order.Status.PENDING:
        return deny("not_pending", f"Only a pending order can be changed; this one is {humanize(order.status)}.")
    if order.items_modified:
        reason = "Its items were changed once already; only its address can still be changed."
        return deny("items_modified", reason)
    return allow("A pending order can be changed.")


def can_change_address(order):
    if order.status != Order.Status.PENDING:
        reason = f"Only the address of a pending order can be changed; this one is {humanize(order.status)}."
        return deny("not_pending", reason)
    return allow("The address of a pending order can be changed.")


def can_return(order):
    """Whether items can be returned or exchanged. Either request gives the order another status, so
    there can be only one."""
    if order.status != Order.Status.DELIVERED:
        codes = {
            Order.Status.RETURN_REQUESTED: "already_returned",
            Order.Status.EXCHANGE_REQUESTED: "already_exchanged",
        }
        reason = f"Only a delivered order can be returned or exchanged; this one is {humanize(order.status)}."
        return deny(codes.get(order.status, "not_delivered"), reason)
    return allow("A delivered order can be returned or exchanged once.")


def can_ship(order):
    """Whether the shop's staff can hand it to a carrier."""
    if order.status not in (Order.Status.PENDING, Order.Status.PROCESSING):
        reason = f"Only a pending or processing order can be shipped; this one is {humanize(order.status)}."
        return deny("not_open", reason)
    return allow("An order that is not shipped yet can be shipped.")


def humanize(value):
    """A status or a reason in words: `return_requested` is "return requested"."""
    return value.replace("_", " ")


# Items.


def match_lines(order, item_ids):
    """Yield the order's line for each id. The n-th mention of an item is its n-th piece.

    Raises `ValidationError` at the first id that has no piece left, when it is reached.
    """
    mentions = Counter()
    for item_id in item_ids:
        matching = [line for line in order.all_lines if line.item_id == item_id for _ in range(line.quantity)]
        if not matching:
            raise ValidationError({"items": [f"Item {item_id} is not in this order."]})
        if mentions[item_id] == len(matching):
            times = {1: "once", 2: "twice"}.get(len(matching), f"{len(matching)} times")
            raise ValidationError({"items": [f"Item {item_id} was bought {times}, and is named more often."]})
        yield matching[mentions[item_id]]
        mentions[item_id] += 1


def match_replacements(order, entries):
    """The `(line, new item)` of each entry. The new item is another available item of the same product.

    `entries` have `item_id` and `new_item_id`. The first wrong entry is the one that is reported.
    """
    new_items = Item.objects.in_bulk([entry["new_item_id"] for entry in entries], field_name="item_id")
    pairs = []
    for line, entry in zip(match_lines(order, (entry["item_id"] for entry in entries)), entries):
        old_id, new_id = entry["item_id"], entry["new_item_id"]
        item = new_items.get(new_id)
        if new_id == old_id:
            raise ValidationError({"items": [f"Item {old_id} would be replaced by itself."]})
        if not item or item.product_id != line.product_id:
            raise ValidationError({"items": [f"Item {new_id} is not an item of the same product as {old_id}."]})
        if not item.available:
            raise RuleViolation("item_unavailable", f"Item {new_id} is not available.")
        pairs.append((line, item))
    return pairs


def swap_pieces(lines, pairs):
    """The lines after the swaps of `(line, new item)` pairs. A new item takes one piece off its line: the last one
    in place, others at the end."""
    left, added = {line.pk: line for line in lines}, []
    for old, item in pairs:
        line = left[old.pk]
        piece = with_values(line, item_id=item.item_id, options=item.options, price=item.price, quantity=1)
        if line.quantity > 1:
            left[old.pk] = with_values(line, quantity=line.quantity - 1)
            added.append(with_values(piece, pk=None))
        else:
            left[old.pk] = piece
    return [*left.values(), *added]


def price_difference(pairs):
    """What the new items of `(line, new item)` pairs cost more than the lines. Below zero if less."""
    return sum((item.price - line.price for line, item in pairs), ZERO)


# Payments. `methods` are the payment methods of the order's customer, by id.


def require_single_payment(order):
    """The only payment of the order. With several, or with a refund, it is unclear what to move."""
    payments = order.all_payments
    if [payment.kind for payment in payments] != [Payment.Kind.PAYMENT]:
        raise RuleViolation(
            "payment_not_single",
            "The payment method can be changed only while the order has exactly one payment and no refund.",
        )
    return payments[0]


def require_method(methods, method_id):
    if method_id not in methods:
        raise ValidationError({"payment_method_id": [f"{method_id} is not a payment method of this customer."]})
    return methods[method_id]


def require_other_method(methods, method_id, payment):
    """The customer's payment method of this id, which must not be the one of `payment`."""
    method = require_method(methods, method_id)
    if method_id == payment.payment_method_id:
        raise ValidationError({"payment_method_id": [f"{method_id} pays for this order already."]})
    return method


def require_balance(method, amount, currency):
    """Raise `RuleViolation` if a gift card holds less than `amount`. Other methods have no balance here."""
    balance = method.balance or ZERO
    if method.kind == PaymentMethod.Kind.GIFT_CARD and balance < amount:
        raise RuleViolation(
            "gift_card_balance",
            f"Gift card {method.payment_method_id} has {balance} {currency}, and {amount} {currency} are needed.",
        )


def require_refund_method(methods, method_id, order):
    """Raise `ValidationError` unless a return can be refunded to this method: the original one, even
    if the customer no longer has it, or a gift card of the customer."""
    method = methods.get(method_id)
    is_gift_card = method is not None and method.kind == PaymentMethod.Kind.GIFT_CARD
    if not is_gift_card and method_id not in list(net_payments(order))[:1]:
        sentence = "A return is refunded to the original payment method or to a gift card of the customer."
        raise ValidationError({"payment_method_id": [sentence]})


def net_payments(order):
    """What each method paid less what it was refunded, by id, where that is above zero. The method
    that paid first comes first."""
    net, payments = {}, order.all_payments
    for payment in payments:
        if payment.kind == Payment.Kind.PAYMENT:
            net[payment.payment_method_id] = net.get(payment.payment_method_id, ZERO) + payment.amount
    for refund in payments:
        if refund.kind == Payment.Kind.REFUND and refund.payment_method_id in net:
            net[refund.payment_method_id] -= refund.amount
    return {method_id: amount for method_id, amount in net.items() if amount > 0}


# The changes. Each takes an order, the payment methods of its customer by id, and the fields of a valid body.


@dataclass(frozen=True)
class Change:
    """What is changed: values of the order, payments and refunds that are added, and a note for the timeline."""

    note: str
    values: dict = field(default_factory=dict)
    payments: list = field(default_factory=list)


def payment(amount, method_id):
    return Payment(kind=Payment.Kind.PAYMENT, amount=amount, payment_method_id=method_id)


def refund(amount, method_id):
    return Payment(kind=Payment.Kind.REFUND, amount=amount, payment_method_id=method_id)


def cancel(order, methods, reason):
    """What was paid is refunded to each payment method."""
    require(can_cancel(order))
    refunds = [refund(amount, method_id) for method_id, amount in net_payments(order).items()]
    values = {"status": Order.Status.CANCELLED, "cancel_reason": reason}
    return Change(f"Cancelled: {humanize(reason)}.", values, refunds)


def change_address(order, methods, address):
    require(can_change_address(order))
    return Change("Address changed.", {"address": address})


def change_items(order, methods, items, payment_method_id):
    """Replace items by others of the same products, and charge or refund the difference in price."""
    require(can_change(order))
    pairs = match_replacements(order, items)
    method, difference = require_method(methods, payment_method_id), price_difference(pairs)
    require_balance(method, difference, order.currency)
    values = {"all_lines": swap_pieces(order.all_lines, pairs), "items_modified": True}
    entry = payment if difference > 0 else refund
    return Change("Items changed.", values, [entry(abs(difference), payment_method_id)] if difference else [])


def change_payment(order, methods, payment_method_id):
    """Charge another payment method, and refund the one that paid."""
    require(can_change(order))
    paid = require_single_payment(order)
    method = require_other_method(methods, payment_method_id, paid)
    require_balance(method, paid.amount, order.currency)
    payments = [payment(paid.amount, payment_method_id), refund(paid.amount, paid.payment_method_id)]
    return Change("Payment method changed.", payments=payments)


def request_return(order, methods, items, payment_method_id):
    """Nothing is refunded before the goods are back."""
    require(can_return(order))
    item_ids = [entry["item_id"] for entry in items]
    list(match_lines(order, item_ids))  # for the checks only
    require_refund_method(methods, payment_method_id, order)
    request = {"item_ids": item_ids, "payment_method_id": payment_method_id}
    return Change("Return requested.", {"status": Order.Status.RETURN_REQUESTED, "return_request": request})


def request_exchange(order, methods, items, payment_method_id):
    """Nothing is charged or refunded before the goods are back."""
    require(can_return(order))
    difference = price_difference(match_replacements(order, items))
    method = require_method(methods, payment_method_id)
    require_balance(method, difference, order.currency)
    request = {
        "item_ids": [entry["item_id"] for entry in items],
        "new_item_ids": [entry["new_item_id"] for entry in items],
        "payment_method_id": payment_method_id,
        "price_difference": str(difference),
    }
    return Change("Exchange requested.", {"status": Order.Status.EXCHANGE_REQUESTED, "exchange_request": request})


# By the last part of their paths.
CHANGES = {
    "cancel": cancel,
    "address": change_address,
    "items": change_items,
    "payment": change_payment,
    "returns": request_return,
    "exchanges": request_exchange,
}


def changed_order(order, kind, methods, body):
    """A copy of the order as it is after a change of this kind, which is not stored."""
    return with_change(order, kind, CHANGES[kind](order, methods, **body))


def shipped_order(order):
    """A copy of the order as it is once it is shipped, which is not stored."""
    require(can_ship(order))
    return with_change(order, "ship", Change("Handed to the carrier.", {"status": Order.Status.SHIPPED}))


def unshipped_pieces(order):
    """The item of each piece that is in no shipment."""
    pieces = [line.item_id for line in order.all_lines for _ in range(line.quantity)]
    for item_id in (item_id for shipment in order.shipments.all() for item_id in shipment.item_ids):
        if item_id in pieces:
            pieces.remove(item_id)
    return pieces


def with_change(order, kind, change):
    """A copy of the order with a change, which is not stored."""
    now = clock.now()
    payments = [*order.all_payments, *change.payments]
    changed = with_values(order, **change.values, all_payments=payments, updated_at=now)
    changed.change = {"kind": kind, "payments": change.payments, "amount": net_amount(change.payments)}
    if order.timeline is not None:
        entry = {"at": clock.isoformat(now), "status": changed.status, "note": change.note}
        changed.timeline = [*order.timeline, entry]
    return changed


def signed_amount(payment):
    """What a payment takes from the customer. Below zero for a refund."""
    return payment.amount if payment.kind == Payment.Kind.PAYMENT else -payment.amount


def net_amount(payments):
    """What several payments and refunds take together, None if there are none."""
    return sum(map(signed_amount, payments), ZERO) if payments else None


def with_values(instance, **values):
    """A copy of an instance of a model with other values, which is not stored."""
    other = copy(instance)
    for name, value in values.items():
        setattr(other, name, value)
    return other
