"""manage.py ship_order, and that what changes in the shop is reported."""

import io
from unittest import mock

from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from shop import changes
from shop.models import Item, Order, Product
from shop.tests.factories import NOW_TEXT, PAID, STATUSES, humanize, order
from shop.tests.testcases import OrderTestCase
from shop_mcp.models import Event

REPORTING = {
    **settings.SHOP_MCP,
    "WEBHOOK_URL": "http://127.0.0.1:9/hooks/shop",
    "WEBHOOK_SECRET": "a webhook secret of forty characters, no less",
}


def ship(*arguments):
    out = io.StringIO()
    call_command("ship_order", *arguments, stdout=out)
    return out.getvalue()


class ShipOrderTests(OrderTestCase):
    def test_ships_all_pieces(self):
        twice = {**order(payments=PAID), "timeline": [{"at": NOW_TEXT, "status": "pending"}]}
        twice["items"][0]["quantity"] = 2
        self.load_shop(twice)
        self.assertEqual(ship("O-1"), "Order O-1 is shipped.\n")
        stored = self.stored_order()
        self.assertEqual((stored["status"], stored["updated_at"]), ("shipped", NOW_TEXT))
        self.assertEqual(stored["shipments"], [{"tracking_ids": ["SHIP-O-1"], "item_ids": ["PEN-RED", "PEN-RED"]}])
        shipped = {"at": NOW_TEXT, "status": "shipped", "note": "Handed to the carrier."}
        self.assertEqual(stored["timeline"], [*twice["timeline"], shipped])

    def test_ships_what_is_not_shipped_yet(self):
        part = {"tracking_ids": ["A"], "item_ids": ["PEN-RED"]}
        self.load_shop(order("PEN-RED PEN-RED INK-RED", status="processing", shipments=[part]))
        ship("O-1", "B", "C")
        stored = self.stored_order()
        self.assertEqual(stored["shipments"], [part, {"tracking_ids": ["B", "C"], "item_ids": ["PEN-RED", "INK-RED"]}])
        self.assertNotIn("timeline", stored)

    def test_refuses_what_is_shipped_or_over(self):
        for status in set(STATUSES) - {"pending", "processing"}:
            self.load_shop(order(status=status))
            reason = f"Only a pending or processing order can be shipped; this one is {humanize(status)}."
            with self.assertRaises(CommandError) as refused:
                ship("O-1")
            self.assertEqual(str(refused.exception), reason)
            self.assertEqual((self.stored_order()["status"], self.stored_order()["shipments"]), (status, []))

    def test_refuses_what_is_not_there(self):
        with self.assertRaisesMessage(CommandError, "There is no order O-9."):
            ship("O-9")


@override_settings(SHOP_MCP=REPORTING)
class ReportTests(OrderTestCase):
    def setUp(self):
        self.load_shop(
            order(payments=PAID), order(order_id="O-2", status="delivered", payments=PAID), order(order_id="O-3")
        )
        Event.objects.all().delete()

    def reported(self):
        return sorted(f"{event.type} {event.subject}" for event in Event.objects.all())

    def captured(self, change):
        """What a change reports, and how often the sender is woken by it."""
        with mock.patch("shop_mcp.webhooks.sender.wake") as wake, self.captureOnCommitCallbacks(execute=True):
            change()
        self.addCleanup(Event.objects.all().delete)
        return self.reported(), wake.call_count

    def test_order_that_is_shipped(self):
        self.assertEqual(self.captured(lambda: changes.ship_order("O-1")), (["order.changed O-1"], 1))

    def test_order_that_its_customer_changes(self):
        cancel = lambda: self.assertSucceeds(self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}))  # noqa: E731
        self.assertEqual(self.captured(cancel), (["order.changed O-1"], 1))

    def test_rows_of_orders(self):
        one, two = Order.objects.get(pk="O-1"), Order.objects.get(pk="O-2")
        for change, order_id in (
            (lambda: one.lines.get().save(), "O-1"),
            (lambda: two.payments.get().delete(), "O-2"),
            (lambda: Order.objects.get(pk="O-3").shipments.create(), "O-3"),
        ):
            with self.subTest(order_id):
                self.assertEqual(self.captured(change), ([f"order.changed {order_id}"], 1))
                Event.objects.all().delete()

    def test_products(self):
        said = ["product.changed PEN"]
        for change in (
            lambda: Item.objects.get(item_id="PEN-RED").save(),
            lambda: Product.objects.get(pk="PEN").save(),
            lambda: Product.objects.get(pk="PEN").delete(),
        ):
            self.assertEqual(self.captured(change), (said, 1))
            Event.objects.all().delete()

    def test_change_that_is_refused_is_not_reported(self):
        refused = lambda: self.assertEqual(  # noqa: E731
            self.post("orders/O-2/cancel", {"reason": "no_longer_needed"}).status_code, 409
        )
        self.assertEqual(self.captured(refused), ([], 0))

    def test_change_of_an_address_book_is_no_change_of_an_order(self):
        address = {"address": {**order()["address"], "city": "Cork"}}
        changed = lambda: self.assertSucceeds(self.patch("customers/me/address", address))  # noqa: E731
        self.assertEqual(self.captured(changed), ([], 0))
