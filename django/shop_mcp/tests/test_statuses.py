"""A status of the shop's own is found under the contract's word, in whatever spelling."""

from unittest import mock

from django.db import models
from django.test import SimpleTestCase, TestCase

from shop_mcp.statuses import STATUSES, canonical, spellings
from shop_mcp.tests.bookshop.api import PurchaseSerializer
from shop_mcp.tests.bookshop.models import Purchase
from shop_mcp.tests.testcases import BookshopMixin


class SpellingTests(SimpleTestCase):
    def test_spellings(self):
        for word in ("return_requested", "Return Requested", "returnRequested", " return-requested "):
            self.assertEqual(canonical(word), "return_requested")
        self.assertEqual(
            [canonical("canceled"), canonical("CANCELLED"), canonical("lost")], ["cancelled", "cancelled", None]
        )

    def test_every_spelling_is_read_back(self):
        for status in STATUSES:
            for spelling in spellings(status)[:3]:
                self.assertEqual(canonical(spelling), status)


class FilterTests(BookshopMixin, TestCase):
    def listed(self, status):
        return [row["order_number"] for row in self.get("orders/", user="sam", status=status).json()["results"]]

    def test_several_words_of_one_meaning(self):
        Purchase.objects.filter(pk=self.purchases[1].pk).update(state=2)
        with mock.patch.object(PurchaseSerializer, "statuses", {1: "pending", 2: "pending", 9: "cancelled"}):
            self.assertEqual(self.listed("pending"), ["B-2", "B-1", "B-0"])

    def test_status_that_the_shop_has_no_word_for(self):
        self.assertEqual(self.listed("delivered"), [])

    def test_words_as_text(self):
        words = {"number": "Shipped", "other": "return requested", "last": "shipped"}
        for purchase, word in zip(self.purchases, words.values()):
            Purchase.objects.filter(pk=purchase.pk).update(street=word)
        sources = {**PurchaseSerializer.sources, "status": "street"}
        with mock.patch.multiple(
            PurchaseSerializer, sources=sources, statuses={"P": "pending", "shipped": "delivered"}
        ):
            self.assertIsInstance(PurchaseSerializer.column("status"), models.CharField)
            self.assertEqual(self.listed("shipped"), ["B-0"])
            self.assertEqual(self.listed("return_requested"), ["B-1"])
            self.assertEqual(self.listed("delivered"), ["B-2"])
            self.assertEqual(self.listed("pending"), [])
