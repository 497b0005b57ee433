"""What is written when an order or a product changes: one event for each, in the transaction of the change."""

from unittest import mock

from django.core import serializers
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase, override_settings

from shop_mcp import events
from shop_mcp.events import order_changed, product_changed
from shop_mcp.models import Event
from shop_mcp.tests.bookshop import api
from shop_mcp.tests.bookshop.models import Book, Booking, Gift, Position, Purchase
from shop_mcp.tests.receiver import ReportingMixin
from shop_mcp.tests.testcases import BookshopMixin


class SignalTests(ReportingMixin, BookshopMixin, TransactionTestCase):
    def setUp(self):
        super().setUp()
        self.order = self.purchases[0]
        self.said = f"order.changed {self.order.pk}"

    def test_row_that_is_saved(self):
        self.order.save()
        self.assertEqual(self.reported(), [self.said])
        self.assertEqual(self.woken, 1)

    def test_row_that_is_added(self):
        Booking.objects.create(purchase=self.order, kind="refund", amount="1.00")
        self.assertEqual(self.reported(), [self.said])

    def test_row_that_is_deleted(self):
        Position.objects.get(purchase=self.order).delete()
        Book.objects.get(isbn="clay").delete()
        self.assertEqual(self.reported(), [self.said, "product.changed clay"])

    def test_order_that_is_deleted_with_its_rows(self):
        self.order.delete()
        self.assertEqual(self.reported(), [self.said])

    def test_row_of_a_proxy(self):
        Gift.objects.get(pk=self.order.pk).save()
        self.assertEqual(self.reported(), [self.said])

    def test_several_rows_in_one_transaction_are_one_event(self):
        with transaction.atomic():
            self.order.save()
            with transaction.atomic():
                Booking.objects.create(purchase=self.order, kind="refund", amount="1.00")
            self.order.positions.get().save()
            self.purchases[1].save()
        self.assertEqual(self.reported(), [self.said, f"order.changed {self.purchases[1].pk}"])

    def test_next_transaction_has_an_event_of_its_own(self):
        for _ in range(2):
            with transaction.atomic():
                self.order.save()
        self.assertEqual(self.reported(), [self.said, self.said])

    def test_transaction_that_is_rolled_back_reports_nothing(self):
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            self.order.save()
            1 / 0
        self.assertEqual((self.reported(), self.woken), ([], 0))
        with transaction.atomic():
            self.order.save()
        self.assertEqual(self.reported(), [self.said])

    def test_savepoint_that_is_rolled_back_takes_its_event_alone(self):
        with transaction.atomic():
            self.purchases[1].save()
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                self.order.save()
                1 / 0
            self.order.save()
        self.assertEqual(self.reported(), [self.said, f"order.changed {self.purchases[1].pk}"])

    def test_savepoint_that_is_rolled_back_by_hand_hides_no_later_change(self):
        with transaction.atomic():
            savepoint = transaction.savepoint()
            self.order.save()
            transaction.savepoint_rollback(savepoint)
            self.order.save()
        self.assertEqual((self.reported(), self.woken), ([self.said], 2))

    def test_transaction_that_is_ended_by_hand(self):
        transaction.set_autocommit(False)
        try:
            self.order.save()
            transaction.commit()
        finally:
            transaction.set_autocommit(True)
        self.assertEqual((self.reported(), self.woken), ([self.said], 0))  # send_events sends it

    def test_hook_that_fails_does_not_keep_others_from_running(self):
        other = mock.Mock()
        with mock.patch("shop_mcp.webhooks.sender.wake", side_effect=RuntimeError("can't start new thread")):
            with self.assertLogs("django.db.backends.base", "ERROR"), transaction.atomic():
                self.order.save()
                transaction.on_commit(other)
        other.assert_called_once_with()
        self.assertEqual(self.reported(), [self.said])

    def test_fixture_reports_nothing(self):
        for row in serializers.deserialize("json", serializers.serialize("json", [self.order])):
            row.save()
        self.assertEqual(self.reported(), [])

    def test_preview_reports_nothing(self):
        self.assertEqual(self.preview().status_code, 200)
        self.assertEqual((self.reported(), self.woken), ([], 0))

    def test_path_that_leads_nowhere_breaks_no_change(self):
        report = events.reporter(Event.Type.ORDER, "nothing")
        with self.assertLogs("shop_mcp.events", "ERROR") as logs:
            report(Purchase, self.order)
        self.assertIn("A change of bookshop.Purchase is not reported: it has no nothing.", logs.output[0])

    def test_row_without_an_order_reports_nothing(self):
        report = events.reporter(Event.Type.ORDER, "purchase.number")
        report(Position, Position(purchase=None))
        report(Position, Position(purchase_id=self.order.pk + 100))  # which is deleted
        self.assertEqual(self.reported(), [])

    @override_settings(SHOP_MCP={"CURRENCY": "EUR"})
    def test_nothing_is_written_without_an_address(self):
        self.order.save()
        order_changed(self.order.pk)
        self.assertEqual((self.reported(), self.woken), ([], 0))


class FunctionTests(ReportingMixin, BookshopMixin, TestCase):
    def setUp(self):
        super().setUp()

    def test_updates_send_no_signals(self):
        Purchase.objects.update(state=2)
        self.assertEqual(self.reported(), [])
        order_changed(*Purchase.objects.values_list("pk", flat=True))
        product_changed("atlas", "atlas", "bees")
        self.assertEqual(
            self.reported(),
            [
                *sorted(f"order.changed {order.pk}" for order in self.purchases),
                "product.changed atlas",
                "product.changed bees",
            ],
        )

    def test_many_orders_are_one_statement(self):
        for _ in range(2):  # the second looks for what the first has written
            with self.assertNumQueries(1):
                order_changed(*range(100))
        self.assertEqual(Event.objects.count(), 100)

    def test_what_comes_after_the_commit_has_an_event_of_its_own(self):
        for _ in range(2):  # the transaction of the test goes on, as with set_autocommit(False)
            with self.captureOnCommitCallbacks(execute=True):
                order_changed(7)
        self.assertEqual(self.reported(), ["order.changed 7"] * 2)

    def test_search_for_what_is_written_is_bounded(self):
        for _ in range(events.NEAR):
            transaction.on_commit(list)
        order_changed(7)
        for _ in range(events.NEAR):
            transaction.on_commit(list)
        order_changed(7)  # twice is harmless; to look through all hooks at each change would not be
        self.assertEqual(self.reported(), ["order.changed 7"] * 2)


class ChangeTests(ReportingMixin, BookshopMixin, TransactionTestCase):
    """Changes by way of the API, of which the signals are not heard here."""

    def setUp(self):
        super().setUp()
        silence = mock.patch.object(events, "value_at", return_value=None)
        silence.start()
        self.addCleanup(silence.stop)
        self.said = f"order.changed {self.purchases[0].pk}"

    def test_change_is_reported_once(self):
        for _ in range(2):
            self.assertEqual(self.cancel(key="k").status_code, 200)
        self.assertEqual(self.reported(), [self.said])

    def test_change_that_is_refused_is_not(self):
        Purchase.objects.update(number="final")
        self.assertEqual(self.cancel().status_code, 409)
        self.assertEqual((self.reported(), self.woken), ([], 0))

    def test_change_that_fails_is_not(self):
        with mock.patch.object(api, "afterwards", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            with self.assertLogs("django.request", "ERROR"):
                self.cancel()
        self.assertEqual((self.reported(), self.woken), ([], 0))

    def test_requests_in_a_transaction(self):
        with mock.patch.dict(connection.settings_dict, ATOMIC_REQUESTS=True):
            self.assertEqual(self.cancel().status_code, 200)
            Purchase.objects.filter(pk=self.purchases[1].pk).update(number="final")
            self.assertEqual(self.cancel(1).status_code, 409)
            self.assertEqual((self.reported(), self.woken), ([self.said], 1))
