"""How events are sent: signed, once, again where that failed, and never in the way of what wrote them."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from threading import Barrier
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models
from django.test import SimpleTestCase, TestCase, TransactionTestCase, override_settings

from shop_mcp import webhooks
from shop_mcp.events import order_changed, product_changed
from shop_mcp.models import Event
from shop_mcp.tests.receiver import SECRET, ReportingMixin
from shop_mcp.tests.testcases import BookshopMixin

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
GONE = (503, {}, "")


class Clock:
    """A clock to be put forward. Chance adds nothing to any delay."""

    def __init__(self):
        self.seconds = 0

    def now(self):
        return NOON + timedelta(seconds=self.seconds)

    @contextmanager
    def held(self):
        with mock.patch.object(webhooks.timezone, "now", self.now), mock.patch.object(webhooks, "time", self):
            with mock.patch.object(webhooks.random, "uniform", lambda low, high: low):
                yield

    def monotonic(self):
        return self.seconds

    def time(self):
        return self.now().timestamp()


class SendingMixin(ReportingMixin):
    def setUp(self):
        super().setUp()
        self.clock = Clock()
        held = self.clock.held()
        held.__enter__()
        self.addCleanup(held.__exit__, None, None, None)

    def event(self, subject="1054", **fields):
        return Event.objects.create(
            **{"type": "order.changed", "subject": subject, "created_at": NOON, "due_at": NOON, **fields}
        )

    def send(self, *answers, sender=None):
        """What a sender sends now, to a server that gives these answers."""
        self.receiver.answers[:] = answers
        (sender or webhooks.Sender()).send_due()
        return self.receiver.bodies()

    def assertWaits(self, event, seconds, error):
        event.refresh_from_db()
        self.assertEqual((event.due_at, event.settled_at), (self.clock.now() + timedelta(seconds=seconds), None))
        self.assertRegex(event.error, error)


class SendTests(SendingMixin, TestCase):
    def test_events_are_signed_and_sent_once(self):
        with self.captureOnCommitCallbacks(execute=True):
            order_changed(1054)
            product_changed("linen-apron")
        events = {event.type: str(event.pk) for event in Event.objects.all()}
        sent = self.send()
        self.assertCountEqual(
            sent,
            [
                {"id": events["order.changed"], "type": "order.changed", "order_id": "1054"},
                {"id": events["product.changed"], "type": "product.changed", "product_id": "linen-apron"},
            ],
        )
        self.assertEqual(self.send(), [])
        self.assertEqual(set(Event.objects.values_list("due_at", "settled_at", "error")), {(None, NOON, "")})
        self.assertTrue(self.receiver.signatures[0].startswith(f"t={int(NOON.timestamp())},v1="))

    def test_event_that_was_told_before_is_delivered(self):
        event = self.event()
        self.assertEqual(len(self.send((200, {}, '{"outcome":"told_before"}'))), 1)
        event.refresh_from_db()
        self.assertEqual((event.due_at, event.error), (None, ""))

    def test_secret_that_is_replaced(self):
        self.report_to(self.receiver.url, ["the next secret, of thirty-two characters", SECRET])
        self.event()
        self.assertEqual(len(self.send()), 1)
        self.assertEqual(self.receiver.signatures[0].count(",v1="), 2)

    def test_failure_is_tried_again_under_the_same_id_after_a_growing_delay(self):
        event, delays = self.event(), [1, 2, 4, 8, 16, 32, 60, 60]
        for delay in delays:
            with self.assertLogs("shop_mcp.webhooks", "WARNING"):
                self.assertEqual([one["id"] for one in self.send(GONE)], [str(event.pk)])
            self.assertWaits(event, delay, r"^The MCP server cannot take it \(503\)\.$")
            signed_at = f"t={int(self.clock.time())},"  # anew each time, or the server takes it for a replay
            self.assertTrue(self.receiver.signatures[-1].startswith(signed_at))
            self.clock.seconds += delay - 1
            self.assertEqual(self.send(), [])
            self.clock.seconds += 1
        self.assertEqual([one["id"] for one in self.send()], [str(event.pk)])
        event.refresh_from_db()
        self.assertEqual((event.attempts, event.error), (len(delays) + 1, ""))

    def test_retry_after(self):
        date = format_datetime(NOON + timedelta(seconds=90), usegmt=True)
        for value, delay in (("7", 7), (date, 90), ("100000", 3600), ("-1", 1), ("soon", 1), ("", 1)):
            event = self.event()
            with self.assertLogs("shop_mcp.webhooks", "WARNING"):
                self.send((429, {"Retry-After": value}, ""))
            self.assertWaits(event, delay, "429")
            event.delete()

    def test_server_that_takes_none_is_left_alone(self):
        for n in range(3):
            self.event(str(n), due_at=NOON + timedelta(microseconds=n))
        sender = webhooks.Sender()
        with self.assertLogs("shop_mcp.webhooks", "WARNING"):
            self.assertEqual(len(self.send((503, {"Retry-After": "20"}, ""), sender=sender)), 1)
        self.clock.seconds = 19
        with self.assertNumQueries(0):
            self.assertEqual(sender.round(), 1)
        self.assertEqual(self.receiver.bodies(), [])
        self.clock.seconds = 20
        self.assertEqual(len(self.send(sender=sender)), 3)
        self.assertIsNone(sender.round())
        self.event("4", due_at=NOON + timedelta(seconds=23))
        self.assertEqual(sender.round(), 3)

    def test_event_that_is_refused_for_ever_is_given_up_in_words_and_others_go_on(self):
        event, other = self.event("../1"), self.event("1054", due_at=NOON + timedelta(microseconds=1))
        self.clock.seconds = 1
        words = '{"error": {"message": "This is no event: order_id: a letter."}}'
        with self.assertLogs("shop_mcp.webhooks", "ERROR") as logs:
            self.assertEqual(len(self.send((400, {}, words))), 2)
        event.refresh_from_db(), other.refresh_from_db()
        said = "The MCP server cannot take it (400 This is no event: order_id: a letter.)."
        self.assertEqual((event.due_at, event.error), (None, f"Given up. {said}"))
        self.assertIn(f"order.changed ../1 is given up, and not sent again. {said}", logs.output[0])
        self.assertEqual((other.due_at, other.error), (None, ""))

    def test_wrong_settings_are_told_and_tried_again(self):
        for status, words in (
            (401, r'^The MCP server does not accept the signature. Compare SHOP_MCP\["WEBHOOK_SECRET"\].* clocks'),
            (404, "has no such path. It is /hooks/shop"),
            (405, "takes no POST there"),
            (302, "answers with a redirect"),
            (308, "answers with a redirect"),
            (200, "answers as another program would. The path is /hooks/shop"),
            (403, "cannot take it"),
            (408, "cannot take it"),
        ):
            event = self.event()
            with self.assertLogs("shop_mcp.webhooks", "WARNING"):
                self.assertEqual(len(self.send((status, {"Location": self.receiver.url}, ""))), 1)
            self.assertWaits(event, 1, words)
            event.delete()

    def test_secret_that_is_not_the_servers(self):
        self.report_to(self.receiver.url, "another secret, also of thirty-two characters")
        event = self.event()
        with self.assertLogs("shop_mcp.webhooks", "WARNING") as logs:
            self.assertEqual(self.send(), [])
        self.assertWaits(event, 1, "does not accept the signature")
        self.assertNotIn("another secret", "".join(logs.output))

    def test_pages_of_proxies_and_control_characters_are_not_quoted(self):
        for answer, words in (
            ("<h1>Bad Gateway</h1>", "(502)"),
            ('{"error":{"message":"a\\nb\\u001b"}}', "(502 a b )"),
        ):
            event = self.event()
            with self.assertLogs("shop_mcp.webhooks", "WARNING"):
                self.send((502, {}, answer))
            self.assertWaits(event, 1, f"^{re.escape(f'The MCP server cannot take it {words}.')}$")
            event.delete()

    def test_server_that_is_not_there(self):
        event = self.event()
        self.receiver.stop()
        with self.assertLogs("shop_mcp.webhooks", "WARNING") as logs:
            self.assertFalse(webhooks.Sender().send_due())
        self.assertWaits(event, 1, r"^The MCP server gives no answer \(.*refused\)\.$")
        self.assertIn("order.changed 1054 is sent again in 1 s.", logs.output[0])

    def test_event_that_is_too_old_is_given_up(self):
        event = self.event()
        self.clock.seconds = 3 * 24 * 60 * 60 + 1
        with self.assertLogs("shop_mcp.webhooks", "ERROR"):
            self.send(GONE)
        event.refresh_from_db()
        self.assertEqual((event.due_at, event.error), (None, "Given up. The MCP server cannot take it (503)."))

    def test_events_that_are_settled_are_deleted_later(self):
        old = self.event(settled_at=NOON, due_at=None)
        kept = self.event(settled_at=NOON + timedelta(seconds=1000), due_at=None)
        sender = webhooks.Sender()
        self.clock.seconds = 3 * 24 * 60 * 60 + 500
        sender.send_due()
        self.assertEqual(list(Event.objects.all()), [kept])
        self.assertNotEqual(old, kept)

    def test_sender_that_dies_loses_nothing(self):
        event = self.event()
        self.assertEqual(webhooks.claim(), event)  # and then it is killed
        self.clock.seconds = webhooks.LEASE - 1
        self.assertEqual(self.send(), [])
        self.clock.seconds += 1
        self.assertEqual([one["id"] for one in self.send()], [str(event.pk)])

    def test_sender_that_was_too_slow_undoes_nothing_of_the_next(self):
        event = self.event()
        slow = webhooks.claim()
        self.clock.seconds = webhooks.LEASE
        self.assertEqual(len(self.send()), 1)
        webhooks.put_off(slow, 1, "too late")
        event.refresh_from_db()
        self.assertEqual((event.due_at, event.error), (None, ""))

    def test_event_that_another_sender_had_meanwhile_is_not_claimed(self):
        for meanwhile in (webhooks.settle, lambda event: Event.objects.update(attempts=1)):
            event = self.event()
            with mock.patch.object(models.QuerySet, "first", side_effect=[event, None]):
                meanwhile(event)
                self.assertIsNone(webhooks.claim())
            event.delete()

    def test_database_that_fails_ends_no_sender(self):
        sender = webhooks.Sender()
        with mock.patch.object(webhooks, "claim", side_effect=OperationalError("gone\n")):
            with mock.patch.object(webhooks, "connections") as connections:
                with self.assertLogs("shop_mcp.webhooks", "WARNING") as logs:
                    self.assertEqual(sender.round(), 1)
                    self.clock.seconds = 1
                    self.assertEqual(sender.round(), 2)
                    self.assertEqual(sender.round(), 2)  # it rests
        self.assertEqual(connections.close_all.call_count, 2)
        self.assertEqual(logs.output[0], "WARNING:shop_mcp.webhooks:Events wait, for the database fails: gone ")


class TogetherTests(SendingMixin, TransactionTestCase):
    def test_several_senders_send_each_event_once(self):
        for n in range(40):
            self.event(str(n))
        start = Barrier(4)

        def run(_):
            start.wait(10)
            try:
                return webhooks.Sender().send_due()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            self.assertEqual(list(threads.map(run, range(4))), [True] * 4)
        self.assertCountEqual([one["order_id"] for one in self.receiver.bodies()], map(str, range(40)))


class ThreadTests(ReportingMixin, BookshopMixin, TransactionTestCase):
    """The thread of a web server's process."""

    def setUp(self):
        super().setUp()
        self.sender = webhooks.Sender()
        replaced = mock.patch.object(webhooks, "sender", self.sender)
        self.addCleanup(replaced.stop)
        replaced.start()

    def test_change_is_sent_after_its_commit(self):
        self.assertEqual(self.cancel().status_code, 200)
        self.assertEqual(self.receiver.received.get(timeout=10)["order_id"], str(self.purchases[0].pk))
        self.sender.finish()
        self.assertEqual(list(Event.objects.values_list("due_at", "attempts")), [(None, 1)])

    def test_request_waits_for_no_answer(self):
        asked, answered = threading.Event(), threading.Event()

        def post(event):
            asked.set()
            answered.wait(10)
            return webhooks.Answer(202, is_taken=True)

        with mock.patch.object(webhooks, "post", post):
            self.assertEqual(self.cancel(0).status_code, 200)
            self.assertTrue(asked.wait(10))
            self.assertEqual(self.cancel(1).status_code, 200)
            answered.set()
            self.sender.finish()
        self.assertEqual(Event.objects.filter(due_at=None, attempts=1).count(), 2)

    def test_several_changes_are_sent_by_one_thread(self):
        threads = set()
        for n in (0, 1):
            self.cancel(n)
            self.assertEqual(self.receiver.received.get(timeout=10)["order_id"], str(self.purchases[n].pk))
            threads.add(self.sender.thread)
        self.assertEqual(len(threads), 1)
        self.sender.finish()

    def test_request_that_cannot_start_a_thread_is_answered(self):
        with mock.patch.object(webhooks.Thread, "start", side_effect=RuntimeError("can't start new thread")):
            with self.assertLogs("django.db.backends.base", "ERROR"):
                self.assertEqual(self.cancel().status_code, 200)
        self.assertEqual(Event.objects.filter(due_at__isnull=False).count(), 1)
        self.assertTrue(self.sender.idle.is_set())  # so that the process ends at once

    def test_child_of_a_fork_has_a_sender_of_its_own(self):
        self.sender.lock.acquire()  # as another thread may have, when this one forks
        webhooks.after_fork()
        self.assertIsNot(webhooks.sender, self.sender)
        self.assertTrue(webhooks.sender.lock.acquire(blocking=False))


class CommandTests(SendingMixin, TestCase):
    def test_once(self):
        event = self.event()
        call_command("send_events", "--once")
        self.assertEqual([one["id"] for one in self.receiver.bodies()], [str(event.pk)])

    def test_once_fails_if_the_server_takes_none(self):
        self.event()
        self.receiver.answers.append(GONE)
        with self.assertRaises(SystemExit) as ended, self.assertLogs("shop_mcp.webhooks", "WARNING"):
            call_command("send_events", "--once")
        self.assertEqual(ended.exception.code, 1)

    def test_until_it_is_ended(self):
        event, sent = self.event(), []
        before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
        self.addCleanup(lambda: [signal.signal(name, handler) for name, handler in before.items()])

        def settle(event, error=""):
            sent.append(event)
            os.kill(os.getpid(), signal.SIGTERM)

        with mock.patch.object(webhooks, "settle", settle):
            call_command("send_events", stderr=io.StringIO())
        self.assertEqual(sent, [event])

    @override_settings(SHOP_MCP={})
    def test_without_an_address(self):
        with self.assertRaisesMessage(CommandError, 'SHOP_MCP["WEBHOOK_URL"] is not set'):
            call_command("send_events")


class ImportTests(SimpleTestCase):
    def test_process_that_sent_nothing_ends_at_once(self):
        code = "import django; django.setup(); from shop_mcp import webhooks; assert webhooks.sender.idle.is_set()"
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "shop_mcp.tests.settings"}
        subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=60)
