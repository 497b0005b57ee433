"""Two of the same change at once: the second waits, and gets the answer of the first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest import mock

from django.db import connection
from django.test import TransactionTestCase

from shop_mcp import idempotency
from shop_mcp.tests.bookshop import api
from shop_mcp.tests.testcases import BookshopMixin


class TwoAtOnceTests(BookshopMixin, TransactionTestCase):
    def send_together(self, *sends):
        start, fingerprint = Barrier(len(sends)), idempotency.request_fingerprint

        def meet(request):  # the last thing before the transaction
            start.wait(10)
            return fingerprint(request)

        def run(send):
            try:
                return send()
            finally:
                connection.close()

        with mock.patch.object(idempotency, "request_fingerprint", meet), ThreadPoolExecutor(len(sends)) as threads:
            return list(threads.map(run, sends))

    def test_same_key(self):
        with mock.patch.object(api, "afterwards") as afterwards:
            answers = self.send_together(*[lambda: self.cancel(key="k")] * 2)
        self.assertEqual([answer.status_code for answer in answers], [200, 200])
        self.assertEqual(answers[0].content, answers[1].content)
        self.assertEqual(afterwards.call_count, 1)

    def test_other_keys(self):
        answers = self.send_together(lambda: self.cancel(key="a"), lambda: self.cancel(key="b"))
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 409])
