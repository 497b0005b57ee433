"""What the shop allows. A rule that an order tells of is a `can_…` and gives a ruling; the others
give what they were asked for, or refuse: by a code and a sentence, or by a sentence on a field."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from rest_framework.exceptions import ValidationError

from shop.exceptions import Refused
from shop.models import Item, Order, Payment, PaymentMethod

NOTHING = Decimal("0.00")

# What can be done with an order now.


@dataclass(frozen=True)
class Ruling:
    allowed: bool
    reason: str
    code: str = ""


def yes(reason):
    return Ruling(True, reason)


def no(code, reason):
    return Ruling(False, reason, code)


def can_cancel(order):
    if order.status != Order.Status.PENDING:
        return no("not_pending", f"Only a pending order can be cancelled; this one is {spoken(order.status)}.")
    if order.items_modified:
        return no(
            "items_modified", "Its items were changed, and an order whose items were changed cannot be cancelled."
        )
    return yes("A pending order can be cancelled.")


def can_change(order):
    """Its items and its payment method."""
    if order.status != Order.Status.PENDING:
        return no("not_pending", f"Only a pending order can be changed; this one is {spoken(order.status)}.")
    if order.items_modified:
        return no("items_modified", "Its items were changed once already; only its address can still be changed.")
    return yes("A pending order can be changed.")


def can_change_address(order):
    if order.status != Order.Status.PENDING:
        reason = f"Only the address of a pending order can be changed; this one is {spoken(order.status)}."
        return no("not_pending", reason)
    return yes("The address of a pending order can be changed.")


def can_return(order):
    """Once, since the request itself gives the order another status."""
    if order.status != Order.Status.DELIVERED:
        before = {
            Order.Status.RETURN_REQUESTED: "already_returned",
            Order.Status.EXCHANGE_REQUESTED: "already_exchanged",
        }
        reason = f"Only a delivered order can be returned or exchanged; this one is {spoken(order.status)}."
        return no(before.get(order.status, "not_delivered"), reason)
    return yes("A delivered order can be returned or exchanged once.")


def spoken(status):
    return status.replace("_", " ")


def require(ruling):
    if not ruling.allowed:
        raise Refused(ruling.code, ruling.reason)


# Which items.


def named_lines(order, item_ids):
    """The line that each id names, one by one: the n-th mention of an item is its n-th line."""
    named, lines = Counter(), list(order.lines.all())
    for item_id in item_ids:
        own = [line for line in lines if line.item_id == item_id]
        if not own:
            raise ValidationError({"items": [f"Item {item_id} is not in this order."]})
        if named[item_id] == len(own):
            times = {1: "once", 2: "twice"}.get(len(own), f"{len(own)} times")
            raise ValidationError({"items": [f"Item {item_id} was bought {times}, and is named more often."]})
        yield own[named[item_id]]
        named[item_id] += 1


def replacements(order, entries):
    """`(line, new item)` of each entry: another available item of the same product."""
    new_items = Item.objects.in_bulk([entry["new_item_id"] for entry in entries], field_name="item_id")
    pairs = []
    for line, entry in zip(named_lines(order, (entry["item_id"] for entry in entries)), entries):
        old_id, new_id = entry["item_id"], entry["new_item_id"]
        item = new_items.get(new_id)
        if new_id == old_id:
            raise ValidationError({"items": [f"Item {old_id} would be replaced by itself."]})
        if not item or item.product_id != line.product_id:
            raise ValidationError({"items": [f"Item {new_id} is not an item of the same product as {old_id}."]})
        if not item.available:
            raise Refused("item_unavailable", f"Item {new_id} is not available.")
        pairs.append((line, item))
    return pairs


# Who pays.


def only_payment(order):
    """The one payment of an order: once there were two, or a refund, it is unclear what to move."""
    payments = list(order.payments.all())
    if [payment.kind for payment in payments] != [Payment.Kind.PAYMENT]:
        raise Refused(
            "payment_not_single",
            "The payment method can be changed only while the order has exactly one payment and no refund.",
        )
    return payments[0]


def own_method(methods, method_id):
    """The customer's method of this id, out of `methods` by id."""
    if method_id not in methods:
        raise ValidationError({"payment_method_id": [f"{method_id} is not a payment method of this customer."]})
    return methods[method_id]


def other_method(methods, method_id, payment):
    """The customer's method of this id, which is not the one that pays already."""
    method = own_method(methods, method_id)
    if method_id == payment.payment_method_id:
        raise ValidationError({"payment_method_id": [f"{method_id} pays for this order already."]})
    return method


def covers(method, amount, currency):
    """A gift card pays no more than it holds; what another method is good for, the bank says."""
    balance = method.balance or NOTHING
    if method.kind == PaymentMethod.Kind.GIFT_CARD and balance < amount:
        raise Refused(
            "gift_card_balance",
            f"Gift card {method.payment_method_id} has {balance} {currency}, and {amount} {currency} are needed.",
        )


def refundable(methods, method_id, order):
    """A return is paid to whoever paid, the method may be gone since, or to a gift card."""
    method = methods.get(method_id)
    is_gift_card = method is not None and method.kind == PaymentMethod.Kind.GIFT_CARD
    if not is_gift_card and method_id not in list(still_paid(order))[:1]:
        sentence = "A return is refunded to the original payment method or to a gift card of the customer."
        raise ValidationError({"payment_method_id": [sentence]})


def still_paid(order):
    """What each method paid and was not refunded, where it is above zero, first payments first."""
    paid, payments = {}, list(order.payments.all())
    for payment in payments:
        if payment.kind == Payment.Kind.PAYMENT:
            paid[payment.payment_method_id] = paid.get(payment.payment_method_id, NOTHING) + payment.amount
    for refund in payments:
        if refund.kind == Payment.Kind.REFUND and refund.payment_method_id in paid:
            paid[refund.payment_method_id] -= refund.amount
    return {method_id: amount for method_id, amount in paid.items() if amount > 0}
