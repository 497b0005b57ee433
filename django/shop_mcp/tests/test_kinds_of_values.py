"""Values of models as the contract has them, whatever REST_FRAMEWORK says."""

from datetime import date
from decimal import Decimal
from unittest import mock

from django.test import SimpleTestCase, TestCase
from rest_framework.settings import api_settings

from shop_mcp import fields
from shop_mcp.changes import Ruling, deny
from shop_mcp.tests.bookshop.api import BookSerializer, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Book
from shop_mcp.tests.testcases import NOON, BookshopMixin


class Money:
    def __init__(self, amount, currency):
        self.amount, self.currency = amount, currency


class ValueTests(SimpleTestCase):
    def test_money_is_exact(self):
        show = fields.MoneyField().to_representation
        for value, text in ((Decimal("12.50"), "12.50"), (Decimal("1E+3"), "1000"), (12.1, "12.1"), (7, "7")):
            self.assertEqual(show(value), text)
        self.assertEqual(show(Money(Decimal("-1.00"), "USD")), {"amount": "-1.00", "currency": "USD"})

    def test_pieces_are_whole_and_weights_are_not_cut(self):
        show = fields.CountField().to_representation
        self.assertEqual([show(2), show(Decimal("2.000")), show(Decimal("2.500"))], [2, 2, "2.500"])

    def test_stock_is_available_above_zero(self):
        show = fields.FlagField().to_representation
        self.assertEqual([show(one) for one in (5, 1, 0, -1, Decimal("0.5"), True, False)],
                         [True, True, False, False, True, True, False])  # fmt: skip

    def test_words_are_no_flag(self):
        for value in ("sold out", "", [], self.id):
            with self.assertRaisesMessage(TypeError, "neither true, false nor a number"):
                fields.FlagField().to_representation(value)

    def test_rule_is_a_ruling_or_a_boolean(self):
        self.assertEqual(
            [Ruling.of(one).allowed for one in (True, False, None, deny("no", "No."))], [True] + [False] * 3
        )
        for value in ("no", (False, "packed"), self.id):
            with self.assertRaisesMessage(TypeError, "Give allow(reason)"):
                Ruling.of(value)

    def test_money_of_a_column_has_its_digits(self):
        column = fields.MoneyField(max_digits=8, decimal_places=2)
        self.assertEqual(column.to_representation(Decimal("18.000")), "18.00")
        shown = column.to_representation(Money(Decimal("1.00"), "USD"))
        self.assertEqual(shown, {"amount": "1.00", "currency": "USD"})

    def test_days_and_times(self):
        show = fields.MomentField().to_representation
        self.assertEqual([show(date(2026, 11, 22)), show(NOON)], ["2026-11-22", "2026-11-22T12:00:00Z"])

    def test_file_is_its_address(self):
        file = mock.Mock(url="/media/bees.jpg", __bool__=lambda file: True)
        self.assertEqual(fields.LinkField().to_representation(file), "/media/bees.jpg")


class SettingsTests(BookshopMixin, TestCase):
    def test_formats_of_the_project_change_nothing(self):
        before = self.get(self.order_path()).content
        with mock.patch.multiple(api_settings, create=True, COERCE_DECIMAL_TO_STRING=False, DATETIME_FORMAT="%d.%m.%y"):
            self.assertEqual(self.get(self.order_path()).content, before)

    def test_choice_of_numbers_is_text(self):
        with mock.patch.multiple(PurchaseSerializer, statuses={}):
            self.assertEqual(self.get(self.order_path()).json()["status"], "1")

    def test_method_that_needs_more_than_the_row_is_no_answer(self):
        def available(book, warehouse):
            raise NotImplementedError

        sources = {name: source for name, source in BookSerializer.sources.items() if name != "available"}
        with mock.patch.object(BookSerializer, "sources", sources):
            with mock.patch.object(Book, "available", available, create=True):
                self.assertNotIn("available", self.get("products/bees/").json())
            with mock.patch.object(Book, "available", lambda book, at=None: True, create=True):
                self.assertIs(self.get("products/bees/").json()["available"], True)

    def test_currency_of_other_rows_is_not_that_of_the_settings(self):
        genre = Book._meta.get_field("genre")
        with (
            mock.patch.object(Book._meta, "get_field", lambda name: genre),
            mock.patch.object(genre, "name", "currency"),
        ):
            self.assertNotIn("currency", BookSerializer().get_fields())

    def test_rows_of_another_model_need_a_text(self):
        sources = {**BookSerializer.sources, "category": None}
        with mock.patch.object(BookSerializer, "sources", sources):
            self.assertNotIn("category", self.get("products/bees/").json())

    def test_relation_that_is_nobodys_is_left_out(self):
        sources = {**PurchaseSerializer.sources, "cancel_reason": "client.user.last_login"}
        with mock.patch.object(PurchaseSerializer, "sources", sources):
            self.assertIsNone(self.get(self.order_path()).json()["cancel_reason"])
