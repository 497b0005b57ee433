"""What a declared change answers, and what refuses it."""

from unittest import mock

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, QuerySet
from django.test import TestCase

from shop_mcp.changes import change
from shop_mcp.tests.bookshop.api import Purchases
from shop_mcp.tests.bookshop.models import Booking, Purchase
from shop_mcp.tests.testcases import ADDRESS, BookshopMixin


class ChangeTests(BookshopMixin, TestCase):
    def test_answer_is_the_order_as_stored_with_what_the_change_did(self):
        answer = self.cancel().json()
        change = answer.pop("change")
        self.assertEqual(answer, self.get(self.order_path()).json())
        self.assertEqual(change, {"kind": "cancel", "payments": [{"kind": "refund", "amount": "60.00"}]})

    def test_what_the_order_does_not_allow_is_refused_with_its_reason(self):
        Purchase.objects.update(state=2)
        answer = self.cancel()
        self.assertEqual(
            (answer.status_code, answer.json()), (409, {"detail": "It is packed already.", "code": "packed"})
        )
        answer = self.send("patch", f"{self.order_path()}address/", ADDRESS)
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "not_allowed"))

    def test_change_may_refuse_by_itself(self):
        Purchase.objects.update(number="final")
        self.assertEqual(self.cancel().json(), {"detail": "It was a final sale.", "code": "final_sale"})

    def test_order_that_the_change_returns_as_it_was_is_read_again(self):
        def cancel(view, purchase, reason):
            list(purchase.bookings.all())
            Booking.objects.create(purchase=purchase, kind="refund", amount=1)
            return purchase

        with mock.patch.object(Purchases, "cancel", change(cancel)):
            answer = self.cancel().json()
        self.assertEqual([one["amount"] for one in answer["payments"]], ["60.00", "1.00"])

    def test_order_is_locked(self):
        with mock.patch.object(
            QuerySet, "select_for_update", autospec=True, side_effect=lambda rows, **options: rows
        ) as lock:
            self.preview("address", ADDRESS)
            self.assertFalse(lock.called)
            self.cancel()
        self.assertIn(Purchase, [call.args[0].model for call in lock.call_args_list])

    def test_rows_with_an_aggregate_can_be_changed(self):
        rows = Purchase.objects.annotate(positions_count=Count("positions"))
        with mock.patch.object(Purchases, "queryset", rows):
            self.assertEqual(self.cancel().status_code, 200)

    def test_body_is_checked_before_the_rules(self):
        Purchase.objects.update(state=2)
        self.assertEqual(self.cancel(body={"reason": "bored"}).status_code, 400)

    def test_change_that_is_not_declared_is_not_there(self):
        self.assertEqual(self.send("post", f"{self.order_path()}items/", {}).status_code, 404)

    def test_name_of_a_change_is_one_of_the_contract(self):
        for declare in (
            lambda: change(lambda view, order: None),
            lambda: change(preview="guess")(self.named("cancel")),
        ):
            with self.assertRaises(ImproperlyConfigured):
                declare()

    def named(self, name):
        def make(view, order):
            pass

        make.__name__ = name
        return make
