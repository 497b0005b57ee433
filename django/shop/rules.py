"""What the shop allows. Each function reads an order and says yes or no, and why."""

from typing import TypedDict


class Ruling(TypedDict):
    allowed: bool
    reason: str


def yes(reason) -> Ruling:
    return {"allowed": True, "reason": reason}


def no(reason) -> Ruling:
    return {"allowed": False, "reason": reason}


def can_cancel(order) -> Ruling:
    if order.status != order.Status.PENDING:
        return no(f"Only a pending order can be cancelled; this one is {spoken(order.status)}.")
    if order.items_modified:
        return no("Its items were changed, and an order whose items were changed cannot be cancelled.")
    return yes("A pending order can be cancelled.")


def can_change(order) -> Ruling:
    if order.status != order.Status.PENDING:
        return no(f"Only a pending order can be changed; this one is {spoken(order.status)}.")
    if order.items_modified:
        return no("Its items were changed once already; only its address can still be changed.")
    return yes("A pending order can be changed.")


def can_return(order) -> Ruling:
    if order.status != order.Status.DELIVERED:
        return no(f"Only a delivered order can be returned or exchanged; this one is {spoken(order.status)}.")
    return yes("A delivered order can be returned or exchanged once.")


def spoken(status) -> str:
    return status.replace("_", " ")
