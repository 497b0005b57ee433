"""Changes of an order, declared as methods of an `OrderViewSet`, and what an order allows.

    from shop_mcp.changes import allow, change, deny

    def can_cancel(order):  # in the serializer: sources = {"can_cancel": can_cancel}
        if order.packed:
            return deny("packed", "It is packed already.")
        return allow("It is not packed yet.")

    class Orders(views.OrderViewSet):
        @change(preview="rollback")
        def cancel(self, order, reason):
            order.state = "cancelled"
            order.save()

A method is named as the last part of the change's path. It gets the order, locked, and the fields of the
body, and stores what it changes; it runs in a transaction that it shares with the record of the
Idempotency-Key. Before it comes, in this order: the key (400, 409), the order (404), If-Match (412), the body
(400), the order's `can_…` (409). It may refuse by raising `RuleViolation(code, sentence)` (409) or a
`ValidationError` (400). The answer is the order as it is stored then, or the one that the method returns.

`preview` says how POST …/previews/ works out what the change would do:

    None            not at all; no preview is offered
    a function      `(view, order, **body)`, like the change: returns a changed order, and stores nothing
    "rollback"      the change itself, in a transaction that is rolled back: see previews.py for what that needs
"""

from dataclasses import dataclass
from functools import partial, wraps

from django.core.exceptions import ImproperlyConfigured

from shop_mcp.bodies import KINDS
from shop_mcp.exceptions import RuleViolation
from shop_mcp.idempotency import idempotent


@dataclass(frozen=True)
class Ruling:
    """Whether something is allowed, and why. `code` is for programs, and empty if it is allowed."""

    allowed: bool
    reason: str
    code: str = ""

    @classmethod
    def of(cls, value):
        """A ruling, or a bare boolean as one. None is no."""
        if isinstance(value, cls):
            return value
        if not (value is None or isinstance(value, (bool, int))):  # text, a pair or a method would all be yes
            raise TypeError(f"A rule gave {value!r}. Give allow(reason), deny(code, reason), True or False.")
        return cls(bool(value), *(("It is possible now.",) if value else ("It is not possible now.", "not_allowed")))


def allow(reason):
    return Ruling(True, reason)


def deny(code, reason):
    return Ruling(False, reason, code)


def require(ruling):
    """Raise `RuleViolation` unless the ruling allows it."""
    if not ruling.allowed:
        raise RuleViolation(ruling.code, ruling.reason)


@dataclass(frozen=True)
class Change:
    """A declared change."""

    name: str
    make: object
    preview: object
    body: type

    @property
    def kind(self):
        return KINDS[self.name]


def change(make=None, *, preview=None, body=None):
    """Make a method of an `OrderViewSet` a change.

    `body` is a serializer of the body, if your shop takes another than the contract's.
    Raises `ImproperlyConfigured` for a method that is not named as a change of the contract.
    """
    if make is None:
        return partial(change, preview=preview, body=body)
    if make.__name__ not in KINDS:
        raise ImproperlyConfigured(f"{make.__qualname__} is no change: name it one of {', '.join(KINDS)}.")
    if not (preview in (None, "rollback") or callable(preview)):
        raise ImproperlyConfigured(f'{make.__qualname__}: preview is a function, "rollback" or None.')
    declared = Change(make.__name__, make, preview, body or KINDS[make.__name__].body)

    @wraps(make)
    def handler(view, request, order_id, **kwargs):
        return view.make_change(declared)

    handler = idempotent(handler)
    handler.change = declared
    return handler


def changes_of(viewset):
    """The changes that a viewset declares or inherits, by name."""
    found = {name: getattr(getattr(viewset, name, None), "change", None) for name in KINDS}
    return {name: declared for name, declared in found.items() if isinstance(declared, Change)}
