"""Every row is on one page, also those without a value in the column that the list is ordered by."""

from unittest import mock

from django.test import TestCase

from shop_mcp.tests.bookshop.api import BookSerializer, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Book, Purchase
from shop_mcp.tests.testcases import BookshopMixin


class PageTests(BookshopMixin, TestCase):
    def pages(self, path, id_name, **query):
        """The ids on all pages, which have a row each."""
        answer, seen = self.get(path, user="sam", limit=1, **query).json(), []
        while len(seen) < 10:
            seen += [row[id_name] for row in answer["results"]]
            if not answer["next"]:
                return seen
            answer = self.client_of("sam").get(answer["next"]).json()
        self.fail(f"no end: {seen}")

    def test_orders_that_were_never_placed_come_last(self):
        Purchase.objects.filter(number__in=["B-0", "B-2"]).update(created=None)
        self.assertEqual(self.pages("orders/", "order_number"), ["B-1", "B-0", "B-2"])

    def test_prices_of_other_rows_some_of_which_are_absent(self):
        genre = Book.objects.get(isbn="clay").genre
        sources = {**BookSerializer.sources, "price": "genre.fee"}
        with mock.patch.object(BookSerializer, "sources", sources):
            type(genre).objects.exclude(pk=genre.pk).update(fee="9.50")
            self.assertEqual(self.pages("products/search/", "product_id", ordering="price"), ["clay", "atlas", "bees"])
            self.assertEqual(self.pages("products/search/", "product_id", ordering="-price"), ["atlas", "bees", "clay"])

    def test_orders_of_one_moment(self):
        Purchase.objects.update(created=self.purchases[0].created)
        self.assertEqual(self.pages("orders/", "order_number"), ["B-0", "B-1", "B-2"])

    def test_more_than_a_thousand_orders_of_one_moment(self):
        first = self.purchases[0]
        numbers = [f"M-{n:04}" for n in range(1100)]
        Purchase.objects.bulk_create(Purchase(client=first.client, number=n, created=first.created) for n in numbers)
        seen, answer = [], self.get("orders/", user="sam", limit=50).json()
        while len(seen) <= 1200:
            seen += [row["order_number"] for row in answer["results"]]
            if not answer["next"]:
                break
            answer = self.client_of("sam").get(answer["next"]).json()
        self.assertEqual(seen, ["B-2", "B-1", "B-0", *numbers])

    def test_orders_without_a_date(self):
        sources = {**PurchaseSerializer.sources, "placed_at": None}
        with mock.patch.object(PurchaseSerializer, "sources", sources):
            self.assertEqual(self.pages("orders/", "order_number"), ["B-2", "B-1", "B-0"])
