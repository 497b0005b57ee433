"""Two at once: each thread has a database connection of its own, as each worker of a server has."""

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
from shop.models import Customer, IdempotencyRecord, PaymentMethod, SupportRequest
from shop.tests.factories import METHODS, NEW_ADDRESS, dump, order
from shop.tests.testcases import Writes


class AtOnce(Writes, APITransactionTestCase):
    @property
    def client(self):
        return APIClient()

    @client.setter
    def client(self, _):
        """Django's is one for all threads."""

    def together(self, *sends):
        """The answers to all of these, sent at the same time."""
        start = Barrier(len(sends))

        def run(send):
            try:
                start.wait()
                return send()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(sends)) as threads:
            return list(threads.map(run, sends))

    def meeting(self, owner, name):
        """A patch under which callers of a function wait for each other before they go on, for as
        long as nothing keeps one of them from coming: then the one that is there goes on alone."""
        real, place = getattr(owner, name), Barrier(2, timeout=0.5)

        def meet(*args, **kwargs):
            with suppress(BrokenBarrierError):
                place.wait()
            return real(*args, **kwargs)

        return mock.patch.object(owner, name, meet)

    def test_one_gift_card_pays_for_one_of_two_orders(self):
        self.given(*(order(order_id=f"O-{n}", payments=["payment 6.00 CARD"]) for n in (1, 2)))
        pay = lambda order_id: lambda: self.patch(f"orders/{order_id}/payment", {"payment_method_id": "GIFT"})  # noqa: E731
        with self.meeting(rules, "require_balance"):
            answers = self.together(pay("O-1"), pay("O-2"))
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 409])
        self.assertEqual(self.balances(), {"GIFT": "4.00"})

    def test_no_refund_to_a_gift_card_is_lost(self):
        count = 4
        self.given(*(order(order_id=f"O-{n}", payments=["payment 1.10 GIFT"]) for n in range(count)))
        cancel = lambda n: lambda: self.post(f"orders/O-{n}/cancel", {"reason": "no_longer_needed"})  # noqa: E731
        with self.meeting(changes, "adjust_balance"):
            answers = self.together(*(cancel(n) for n in range(count)))
        self.assertEqual([answer.status_code for answer in answers], [200] * count)
        self.assertEqual(self.balances(), {"GIFT": "14.40"})

    def test_an_order_is_cancelled_or_changed_but_not_both(self):
        self.given(order(payments=["payment 10.00 CARD"]))
        swap = {"items": [{"item_id": "PEN-RED", "new_item_id": "PEN-BLUE"}], "payment_method_id": "CARD"}
        with self.meeting(rules, "require"):
            answers = self.together(
                lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}),
                lambda: self.post("orders/O-1/items", swap),
            )
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 409])
        stored = self.stored()
        self.assertNotEqual(stored["status"] == "cancelled", stored.get("items_modified", False))

    def test_the_second_of_a_pair_with_one_key_gets_the_answer_of_the_first(self):
        self.given(order(payments=["payment 10.00 GIFT"]))
        send = lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, key="k")  # noqa: E731
        with self.meeting(changes, "save_with_timeline"):
            answers = self.together(send, send, send)
        self.assertEqual([answer.status_code for answer in answers], [200] * 3, answers[0].content)
        self.assertEqual(len({answer.content for answer in answers}), 1)
        self.assertEqual((self.balances(), len(self.stored()["payments"])), ({"GIFT": "20.00"}, 2))
        self.assertEqual(IdempotencyRecord.objects.count(), 1)

    def test_the_second_goes_on_when_the_first_is_refused(self):
        self.given(order(status="shipped"))
        send = lambda: self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, key="k")  # noqa: E731
        with self.meeting(changes, "cancel"):
            answers = self.together(send, send)
        self.assertEqual([answer.json()["code"] for answer in answers], ["not_pending"] * 2)

    def test_a_second_request_under_one_key_is_refused_when_the_first_is_through(self):
        self.given()
        ask = lambda subject: lambda: self.post("support/requests", {"subject": subject, "message": "?"}, key="k")  # noqa: E731
        with self.meeting(changes, "next_request_id"):
            answers = self.together(ask("Ink"), ask("Pen"))
        self.assertEqual(sorted(answer.status_code for answer in answers), [201, 409])
        self.assertEqual(SupportRequest.objects.count(), 1)

    def test_support_requests_have_numbers_of_their_own(self):
        self.given()
        ask = lambda by: lambda: self.post("support/requests", {"subject": "Ink", "message": "?"}, by=by)  # noqa: E731
        with self.meeting(SupportRequest.objects, "create"):
            answers = self.together(ask("mia"), ask("leo"), ask("sam"))
        numbers = sorted(answer.json()["request_id"] for answer in answers)
        self.assertEqual(numbers, ["request-1", "request-2", "request-3"])
        self.assertEqual(len(mail.outbox), 3)

    @skipUnlessDBFeature("has_select_for_update_skip_locked")
    def test_nobody_waits_for_old_records_that_another_removes(self):
        self.given()
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
            (answer,) = self.together(send)
        self.assertEqual((answer.status_code, IdempotencyRecord.objects.count()), (200, 2))

    def test_two_customers_do_not_wait_for_each_other_for_ever(self):
        """Many changes of few orders, all at once: each is through or refused, none fails."""
        self.given(
            *(
                order(order_id=f"O-{n}", payments=["payment 1.00 GIFT"], customer_id=("mia", "leo")[n % 2])
                for n in range(4)
            ),
            methods=METHODS,
        )
        sends = [
            lambda n=n, method=method: self.patch(f"orders/O-{n}/payment", {"payment_method_id": method}, by="sam")
            for n in range(4)
            for method in ("CARD", "PAYPAL", "GIFT")
        ]
        answers = self.together(*sends)
        self.assertEqual({answer.status_code for answer in answers} - {200, 400, 409}, set())
        self.assertEqual(self.balances(), {"GIFT": "12.00"})
        for entry in dump()["orders"]:
            self.assertEqual([payment["kind"] for payment in entry["payments"]], ["payment", "payment", "refund"])
        self.assertEqual(PaymentMethod.objects.get(customer="leo", payment_method_id="GIFT").balance, 12)
