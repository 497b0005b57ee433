"""The rules of the shop: what can be done with an order, with which items and which payment methods.

Called by changes.py before each change, and by serializers.py to report what an order allows.
A `can_…` function returns a `Ruling`. Every other function returns what it is asked for, and raises
`RuleViolation` (409) or a `ValidationError` on a field (400) where the request breaks a rule.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from rest_framework.exceptions import ValidationError

from shop.exceptions import RuleViolation
from shop.models import Item, Order, Payment, PaymentMethod

ZERO = Decimal("0.00")

# What can be done with an order in its present state.


@dataclass(frozen=True)
class Ruling:
    """Whether something is allowed, and why. `code` is for programs, and empty if it is allowed."""

    allowed: bool
    reason: str
    code: str = ""


def allow(reason):
    return Ruling(True, reason)


def deny(code, reason):
    return Ruling(False, reason, code)


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


def humanize(value):
    """A status or a reason in words: `return_requested` is "return requested"."""
    return value.replace("_", " ")


def require(ruling):
    """Raise `RuleViolation` unless the ruling allows it."""
    if not ruling.allowed:
        raise RuleViolation(ruling.code, ruling.reason)


# Items.


def match_lines(order, item_ids):
    """Yield the order's line for each id. The n-th mention of an item is its n-th piece.

    Raises `ValidationError` at the first id that has no piece left, when it is reached.
    """
    mentions, lines = Counter(), list(order.lines.all())
    for item_id in item_ids:
        matching = [line for line in lines if line.item_id == item_id for _ in range(line.quantity)]
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


# Payments. `methods` are the payment methods of the order's customer, by id.


def require_single_payment(order):
    """The only payment of the order. With several, or with a refund, it is unclear what to move."""
    payments = list(order.payments.all())
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
    net, payments = {}, list(order.payments.all())
    for payment in payments:
        if payment.kind == Payment.Kind.PAYMENT:
            net[payment.payment_method_id] = net.get(payment.payment_method_id, ZERO) + payment.amount
    for refund in payments:
        if refund.kind == Payment.Kind.REFUND and refund.payment_method_id in net:
            net[refund.payment_method_id] -= refund.amount
    return {method_id: amount for method_id, amount in net.items() if amount > 0}
