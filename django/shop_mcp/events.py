"""Orders and products that report themselves: a change writes an event, and webhooks.py sends it to the MCP server.

    SHOP_MCP = {
        "WEBHOOK_URL": "https://mcp.shop.example/hooks/shop",
        "WEBHOOK_SECRET": os.environ["SHOP_MCP_WEBHOOK_SECRET"],
        "EVENTS": {  # by model: what a row is part of, and where its id is read
            "shop.Order": ("order", "number"),
            "shop.Parcel": ("order", "order.number"),
            "shop.Product": ("product", "slug"),
        },
    }

The event is a row, written in the transaction of the change: what is rolled back reports nothing, and what is
committed is sent, however often the process or the server is restarted. It says what has changed and not how, so that
events may come late or in another order, and several changes of an order in one transaction are one.

The models of EVENTS report by Django's signals, and the changes of an `OrderViewSet` by themselves. Whatever sends no
signals says it, in its transaction:

    with transaction.atomic():
        Order.objects.filter(state="packed").update(state="sent")
        order_changed(*numbers)
"""

import logging

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, router, transaction
from django.db.models.signals import post_delete, post_save

from shop_mcp import webhooks
from shop_mcp.conf import setting
from shop_mcp.models import Event

logger = logging.getLogger(__name__)

NEAR = 100  # how many hooks of a transaction are looked through for an event that is written already


def order_changed(*order_ids):
    """Report these orders, by the ids that the API knows them by. Call it in the transaction that changes them."""
    write(Event.Type.ORDER, order_ids)


def product_changed(*product_ids):
    """Report these products, by the ids that the API knows them by. Call it in the transaction that changes them."""
    write(Event.Type.PRODUCT, product_ids)


class SendAfterCommit:
    """The hook of a transaction that has written events. It goes with them where an `atomic` is rolled back."""

    def __init__(self, written):
        self.written = written
        self.__qualname__ = "SendAfterCommit"  # by which Django logs a hook that fails

    def __call__(self):
        self.written = []  # what comes after the commit needs an event of its own
        webhooks.sender.wake()


def write(type, ids):
    """Write an event for each of these ids, unless this transaction has written it and would commit it."""
    if not setting("WEBHOOK_URL"):
        return
    using = router.db_for_write(Event)
    connection, rows = connections[using], Event.objects.using(using)
    hooks = [hook for _, hook, *_ in connection.run_on_commit[-NEAR:] if isinstance(hook, SendAfterCommit)]
    subjects = dict.fromkeys(map(str, ids))
    same = [event.pk for hook in hooks for event in hook.written if event.type == type and event.subject in subjects]
    # Some may be gone with a savepoint that was rolled back by hand, of which no hook is told.
    known = set(rows.filter(pk__in=same).values_list("subject", flat=True)) if same else ()
    written = rows.bulk_create([Event(type=type, subject=id) for id in subjects if id not in known])
    if written and (connection.in_atomic_block or connection.get_autocommit()):  # else the commit calls no hook
        transaction.on_commit(SendAfterCommit(written), using=using, robust=True)


# The models of SHOP_MCP["EVENTS"].


def connect():
    """Listen to the signals of the models that EVENTS declares, of their proxies, and of models that inherit from them.
    What is declared wrongly is left out here, and named by checks.py."""
    events = setting("EVENTS")
    for label, declared in events.items() if isinstance(events, dict) else ():
        try:
            model, (kind, path) = apps.get_model(label), declared
            report = reporter(Event.Type(f"{kind}.changed"), path)
        except (AttributeError, LookupError, TypeError, ValueError):
            continue
        for cls in apps.get_models(include_auto_created=True):
            if issubclass(cls, model):
                for signal in (post_save, post_delete):
                    signal.connect(report, sender=cls, weak=False, dispatch_uid=f"shop_mcp {label}")


def reporter(type, path):
    """A receiver of signals that reports what a row is part of."""

    def report(sender, instance, raw=False, **kwargs):
        if not raw and setting("WEBHOOK_URL"):  # raw: of a fixture, whose other rows may not be there yet
            try:
                id = value_at(instance, path)
            except AttributeError:
                logger.exception("A change of %s is not reported: it has no %s.", sender._meta.label, path)
            else:
                if id is not None:
                    write(type, [id])

    return report


def value_at(row, path):
    """What a dotted path leads to from a row, such as "order.number". None where a row on the way is none, or gone."""
    for name in path.split("."):
        try:
            row = getattr(row, name)
        except ObjectDoesNotExist:
            return None
        if row is None:
            return None
    return row
