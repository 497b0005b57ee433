"""A preview by rollback answers 501 rather than do what no rollback undoes."""

import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest import mock

from django.core import mail
from django.core.mail import EmailMessage, get_connection, send_mail
from django.db import transaction
from django.test import TestCase

from shop_mcp.tests.bookshop import api
from shop_mcp.tests.testcases import BookshopMixin


class RollbackTests(BookshopMixin, TestCase):
    def assertImpossible(self, act, what):
        with mock.patch.object(api, "afterwards", act):
            answer = self.preview()
        self.assertEqual(answer.status_code, 501, answer.content)
        self.assertEqual(answer.json()["code"], "preview_impossible")
        self.assertIn(what, answer.json()["detail"])
        self.assertEqual(self.states(), [1, 1, 1])

    def test_mail(self):
        message = EmailMessage("Cancelled", "", "shop@shop.example", ["mia@shop.example"])
        backend = get_connection()
        for send in (
            lambda purchase: send_mail("Cancelled", "", None, ["mia@shop.example"]),
            lambda purchase: message.send(),
            lambda purchase: get_connection().send_messages([message]),
            lambda purchase: backend.send_messages([message]),
        ):
            self.assertImpossible(send, "send a mail")
        self.assertEqual(mail.outbox, [])

    def test_mail_whose_failure_the_change_ignores(self):
        def send(purchase):
            with suppress(Exception):
                send_mail("Cancelled", "", None, ["mia@shop.example"])

        self.assertImpossible(send, "send a mail")
        self.assertEqual(mail.outbox, [])

    def test_new_connection(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.assertImpossible(lambda purchase: socket.create_connection(server.getsockname(), 5), "use the network")
            with socket.socket() as unconnected:
                self.assertImpossible(lambda purchase: unconnected.connect(server.getsockname()), "use the network")
            server.setblocking(False)
            with self.assertRaises(BlockingIOError):
                server.accept()

    def test_open_connection(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            for send in (ours.send, ours.sendall):
                self.assertImpossible(lambda purchase: send(b"refund"), "use the network")
            theirs.setblocking(False)
            with self.assertRaises(BlockingIOError):
                theirs.recv(1)

    def test_other_threads_and_processes(self):
        done = []
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            for start in (
                lambda purchase: threading.Thread(target=done.append, args=[1]).start(),
                lambda purchase: pool.submit(done.append, 1),
                lambda purchase: subprocess.run([sys.executable, "-c", ""], check=True),
            ):
                self.assertImpossible(start, "another process or thread")
        self.assertEqual(done, [])

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "credit-note.txt")
            self.assertImpossible(lambda purchase: file.write_text("60.00"), "write a file")
            self.assertFalse(file.exists())

    def test_hooks_on_commit_do_not_run(self):
        done = []
        hook = lambda purchase: transaction.on_commit(lambda: done.append(purchase.pk))  # noqa: E731
        with mock.patch.object(api, "afterwards", hook), self.captureOnCommitCallbacks(execute=True):
            self.assertEqual(self.preview().status_code, 200)
            self.assertEqual(self.cancel(1).status_code, 200)
        self.assertEqual(done, [self.purchases[1].pk])

    def test_the_change_itself_may_do_all_that(self):
        self.preview()
        with mock.patch.object(
            api, "afterwards", lambda purchase: send_mail("Cancelled", "", None, ["mia@shop.example"])
        ):
            self.assertEqual(self.cancel().status_code, 200)
        self.assertEqual(len(mail.outbox), 1)
