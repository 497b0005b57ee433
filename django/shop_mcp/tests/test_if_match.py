"""A change is made to the version that was seen, or not at all."""

from django.test import TestCase

from shop_mcp.tests.testcases import BookshopMixin


class IfMatchTests(BookshopMixin, TestCase):
    def test_seen_version_is_changed(self):
        answer = self.cancel(HTTP_IF_MATCH=self.get(self.order_path())["ETag"])
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer["ETag"], self.get(self.order_path())["ETag"])

    def test_stale_version_is_refused_before_the_rules(self):
        seen = self.get(self.order_path())["ETag"]
        self.cancel()
        answer = self.cancel(body={}, HTTP_IF_MATCH=seen)
        self.assertEqual((answer.status_code, answer.json()["code"]), (412, "version_mismatch"))

    def test_known_key_comes_first(self):
        seen = self.get(self.order_path())["ETag"]
        first = self.cancel(key="k", HTTP_IF_MATCH=seen)
        self.assertEqual(self.cancel(key="k", HTTP_IF_MATCH=seen).content, first.content)
