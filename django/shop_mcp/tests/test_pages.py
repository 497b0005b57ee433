"""Every row is on one page, also those without a value in the column that the list is ordered by."""

from datetime import timedelta, timezone
from unittest import mock

from django.db import models
from django.test import SimpleTestCase, TestCase, override_settings

from shop_mcp.pagination import ShopCursorPagination, position_pattern
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

    def test_products_by_numbers_of_every_kind(self):
        for column, values in (("stock", [-1, 7, 2_000_000_000]), ("price", ["-3.00", "0.00", "999999.99"])):
            for book, value in zip(Book.objects.order_by("isbn"), values, strict=True):
                Book.objects.filter(pk=book.pk).update(**{column: value})
            with mock.patch.dict(BookSerializer.sources, price=column):
                ids = self.pages("products/search/", "product_id", ordering="price")
                self.assertEqual(ids, ["atlas", "bees", "clay"])
                self.assertEqual(self.pages("products/search/", "product_id", ordering="-price"), ids[::-1])


class PositionTests(SimpleTestCase):
    """What a cursor may name: every value that the column can hold, and none that a database fails to compare."""

    def assertPositions(self, column, *, held, refused, zone=timezone.utc):
        pagination = ShopCursorPagination()
        pagination.zone = zone
        pagination.column, pagination.pattern = column, position_pattern(column)
        for position in (*held, *refused):
            self.assertIs(pagination.is_valid_position(position), position in held, position)

    def test_decimals(self):
        decimals = models.DecimalField
        forged = ("1e9", "NaN", "Infinity", "", "1,5", "٣")
        self.assertPositions(
            decimals(max_digits=4, decimal_places=2), held=["9.50", "-99.00"], refused=[*forged, "100.00", "9.5"]
        )
        self.assertPositions(decimals(max_digits=4, decimal_places=0), held=["1200", "-7"], refused=[*forged, "10000"])
        self.assertPositions(
            decimals(max_digits=3, decimal_places=3), held=["0.125", "0.000"], refused=[*forged, "10.000"]
        )
        self.assertPositions(decimals(max_digits=12, decimal_places=8), held=["1E-8", "0E-8"], refused=forged)
        self.assertPositions(decimals(), held=["1234567.125"], refused=forged)  # of an annotation

    def test_integers(self):
        forged = ("1.5", "", "x", "9223372036854775808")
        self.assertPositions(models.IntegerField(), held=["2147483647", "-1"], refused=[*forged, "2147483648"])
        self.assertPositions(models.BigAutoField(), held=["9223372036854775807"], refused=forged)

    def test_moments(self):
        forged = ("2026-13-22 12:00:00+00:00", "2026-11-22", "0001-01-01 00:00:00+14:00")
        held, elsewhere = ["2026-11-22 12:00:00.123456+00:00"], ["2026-11-22 21:00:00+09:00"]
        self.assertPositions(models.DateTimeField(), held=held, refused=[*forged, *elsewhere, "2026-11-22 12:00:00"])
        tokyo = timezone(timedelta(hours=9))
        self.assertPositions(models.DateTimeField(), held=elsewhere, refused=[*forged, *held], zone=tokyo)
        with override_settings(USE_TZ=False):
            self.assertPositions(models.DateTimeField(), held=["2026-11-22 12:00:00"], refused=[*forged, *held])
