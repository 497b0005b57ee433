"""Writes sent at the same time. Each thread has its own database connection, like a worker of a server."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError
from unittest import mock

from django.core import mail
from django.db import connection, transaction
from django.test import skipUnlessDBFeature
from rest_framework.test import APIClient, APITransactionTestCase

from shop import changes, rules
from shop.models import Customer, Order, PaymentMethod, SupportRequest
from shop.tests.factories import METHODS, NEW_ADDRESS, REPLACE_BODY, dump, order
from shop.tests.testcases import WriteMixin
from shop_mcp.models import IdempotencyRecord


class ConcurrentWriteTests(WriteMixin, APITransactionTestCase):
    @property
    def client(self):
        return APIClient()

    @client.setter
    def client(self, _):
        """Ignore the client that Django sets, which all threads would share."""

    def send_together(self, *sends):
        """Call all of these at the same time, and return their answers."""
        start = Barrier(len(sends))

        def run(send):
            try:
                start.wait()
                return send()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(sends)) as threads:
            return list(threads.map(run, sends))

    def synchronized(self, owner, name):
        """Patch a function so that two callers wait for each other before it runs.

        If a lock keeps the second one from getting there, the first goes on after the timeout.
        """
        function, barrier = getattr(owner, name), Barrier(2, timeout=0.5)

        def wait_and_call(*args, **kwargs):
            with suppress(BrokenBarrierError):
                barrier.wait()
            return function(*args, **kwargs)

        return mock.patch.object(owner, name, wait_and_call)

    def test_gift_card_pays_for_only_one_of_two_orders(self):
        self.load_shop(*(order(order_id=f"O-{n}", payments=["payment 6.00 CARD"]) for n in (1, 2)))
        pay = lambda order_id: lambda: self.patch(f"orders/{order_id}/payment", {"payment_method_id": "GIFT"})  # noqa: E731
        with self.synchronized(rules, "require_balance"):
            answers = self.send_together(pay("O-1"), pay("O-2"))
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 409])
        self.assertEqual(self.gift_card_balances(), {"GIFT": "4.00"})

    def test_refunds_to_one_gift_card_add_up(self):
        count = 4
        self.load_shop(*(order(order_id=f"O-{n}", payments=["payment 1.10 GIFT"]) for n in range(count)))
        cancel = lambda n: lambda: self.post(f"orders/O-{n}/cancel", {"reason": "no_longer_needed"})  # noqa: E731
        with self.synchronized(changes, "adjust_balance"):
            answers = self.send_together(*(cancel(n) for n in range(count)))
        self.assertEqual([answer.status_code for answer in answers], [200] * count)
        self.assertEqual(self.gift_card_balances(), {"GIFT": "14.40"})

    def test_order_is_cancelled_or_changed_but_not_both(self):
        self.load_shop(order(payments=["payment 10.00 CARD"]))
        with self.synchronized(rules, "require"):
            answers = self.send_together(
                lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}),
                lambda: self.post("orders/O-1/items", REPLACE_BODY),
            )
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 409])
        stored = self.stored_order()
        self.assertNotEqual(stored["status"] == "cancelled", stored.get("items_modified", False))

    def test_only_one_of_two_changes_of_one_version_is_made(self):
        self.load_shop(order(payments=["payment 10.00 CARD"]))
        tag = self.read("orders/O-1").headers["ETag"]
        change = lambda: self.patch("orders/O-1/address", {"address": NEW_ADDRESS}, if_match=tag)  # noqa: E731
        with self.synchronized(rules, "require"):
            answers = self.send_together(change, change)
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 412])

    def test_preview_does_not_wait_for_a_change(self):
        self.load_shop(order(payments=["payment 10.00 CARD"]))
        cancel = {"change": "cancel", "body": {"reason": "no_longer_needed"}}
        with transaction.atomic():
            Order.objects.select_for_update().get()  # on SQLite, the lock of the whole database
            (answer,) = self.send_together(lambda: self.post("orders/O-1/previews", cancel))
        self.assertEqual(answer.json()["status"], "cancelled")

    def test_same_request_with_same_key_gets_first_answer(self):
        self.load_shop(order(payments=["payment 10.00 GIFT"]))
        send = lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, key="k")  # noqa: E731
        with self.synchronized(changes, "save_change"):
            answers = self.send_together(send, send, send)
        self.assertEqual([answer.status_code for answer in answers], [200] * 3, answers[0].content)
        self.assertEqual(len({answer.content for answer in answers}), 1)
        self.assertEqual((self.gift_card_balances(), len(self.stored_order()["payments"])), ({"GIFT": "20.00"}, 2))
        self.assertEqual(IdempotencyRecord.objects.count(), 1)

    def test_same_request_with_same_key_is_tried_after_refusal_of_first(self):
        self.load_shop(order(status="shipped"))
        send = lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, key="k")  # noqa: E731
        with self.synchronized(changes, "change_order"):
            answers = self.send_together(send, send)
        self.assertEqual([answer.json()["code"] for answer in answers], ["not_pending"] * 2)

    def test_other_request_with_same_key_is_refused_after_success_of_first(self):
        self.load_shop()
        ask = lambda subject: lambda: self.post("support/requests", {"subject": subject, "message": "?"}, key="k")  # noqa: E731
        with self.synchronized(changes, "next_request_id"):
            answers = self.send_together(ask("Ink"), ask("Pen"))
        self.assertEqual(sorted(answer.status_code for answer in answers), [201, 409])
        self.assertEqual(SupportRequest.objects.count(), 1)

    def test_support_requests_get_distinct_ids(self):
        self.load_shop()
        ask = lambda user: lambda: self.post("support/requests", {"subject": "Ink", "message": "?"}, as_user=user)  # noqa: E731
        with self.synchronized(SupportRequest.objects, "create"):
            answers = self.send_together(ask("mia"), ask("leo"), ask("sam"))
        numbers = sorted(answer.json()["request_id"] for answer in answers)
        self.assertEqual(numbers, ["request-1", "request-2", "request-3"])
        self.assertEqual(len(mail.outbox), 3)

    @skipUnlessDBFeature("has_select_for_update_skip_locked")
    def test_write_does_not_wait_for_expired_records_being_deleted(self):
        self.load_shop()
        user = Customer.objects.get(pk="leo").user
        IdempotencyRecord.objects.create(
            user=user, key="old", fingerprint="", created_at=datetime(2026, 1, 1, tzinfo=UTC)
        )

        def send():
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            return self.patch("customers/me/address", {"address": NEW_ADDRESS})

        with transaction.atomic():
            IdempotencyRecord.objects.select_for_update().get()
            (answer,) = self.send_together(send)
        self.assertEqual((answer.status_code, IdempotencyRecord.objects.count()), (200, 2))

    def test_many_changes_of_few_orders_do_not_deadlock(self):
        """Each change succeeds or is refused; none fails."""
        self.load_shop(
            *(
                order(order_id=f"O-{n}", payments=["payment 1.00 GIFT"], customer_id=("mia", "leo")[n % 2])
                for n in range(4)
            ),
            methods=METHODS,
        )
        sends = [
            lambda n=n, method=method: self.patch(
                f"orders/O-{n}/payment", {"payment_method_id": method}, as_user="sam"
            )
            for n in range(4)
            for method in ("CARD", "PAYPAL", "GIFT")
        ]
        answers = self.send_together(*sends)
        self.assertEqual({answer.status_code for answer in answers} - {200, 400, 409}, set())
        self.assertEqual(self.gift_card_balances(), {"GIFT": "12.00"})
        for entry in dump()["orders"]:
            self.assertEqual([payment["kind"] for payment in entry["payments"]], ["payment", "payment", "refund"])
        self.assertEqual(PaymentMethod.objects.get(customer="leo", payment_method_id="GIFT").balance, 12)
