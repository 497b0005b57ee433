"""manage.py shop_mcp_doctor USER: green where it fits, red or amber with the fix where it does not."""

import io
import json
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import TestCase
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.permissions import AllowAny

from shop_mcp import views
from shop_mcp.bodies import ProductQuery
from shop_mcp.tests.bookshop.api import Books, Purchases, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Book, Position, Purchase
from shop_mcp.tests.testcases import BookshopMixin


class DoctorTests(BookshopMixin, TestCase):
    def report(self, user="mia"):
        """The lines at endpoints, and the exit code."""
        out = io.StringIO()
        try:
            call_command("shop_mcp_doctor", user, "--json", stdout=out)
            code = 0
        except SystemExit as exit:
            code = exit.code
        return [line for line in json.loads(out.getvalue()) if line["about"].startswith("/")], code

    def levels(self, *user):
        lines, code = self.report(*user)
        return {line["level"] for line in lines}, code

    def assertReported(self, level, text):
        lines, code = self.report()
        found = [line for line in lines if line["level"] == level and text in line["text"]]
        self.assertTrue(found, lines)
        self.assertEqual(code, level == "red")

    def test_shop_that_fits_is_green(self):
        lines, code = self.report()
        self.assertEqual((self.levels(), code), (({"green"}, 0), 0))
        self.assertIn("an order of another customer is not found", [line["text"] for line in lines])
        self.assertEqual(self.levels("sam"), ({"green"}, 0))

    def test_prints_a_line_each(self):
        out = io.StringIO()
        call_command("shop_mcp_doctor", "mia", stdout=out)
        self.assertRegex(out.getvalue(), r"green  /api/orders/ +answers\n")
        with mock.patch.object(Books, "search_fields", []), self.assertRaises(SystemExit):
            call_command("shop_mcp_doctor", "mia", stdout=out)
        self.assertRegex(out.getvalue(), r"red    /api/products/search/ +search finds")

    def test_search_that_finds_everything_or_nothing(self):
        with mock.patch.object(Books, "search_fields", []):
            self.assertReported("red", "finds products for a word that none of them has")
        with mock.patch.object(Books, "search_fields", ["isbn"]):
            Book.objects.filter(isbn="atlas").update(isbn="1")
            self.assertReported("red", 'search for "A" does not find "A Brown Atlas"')

    def test_arguments_that_are_not_obeyed(self):
        class AllRows(ProductQuery):
            def validate(self, query):
                return {**query, "limit": 50}

        with mock.patch.object(Books, "ordering", ("isbn",)):
            self.assertReported("red", "ordering=price is not obeyed")
        with mock.patch.object(Books, "query_class", AllRows):
            self.assertReported("red", "limit is not obeyed")

    def test_refusal_that_does_not_ask_for_a_token(self):
        with mock.patch.object(Purchases, "authentication_classes", [SessionAuthentication, TokenAuthentication]):
            lines, _ = self.report()
        self.assertIn(
            "without a token it answers with HTTP 403, without WWW-Authenticate", [line["text"] for line in lines]
        )

    def test_shop_without_products(self):
        Position.objects.all().delete()
        Book.objects.all().delete()
        self.assertReported("amber", "there are no products")

    def test_foreign_orders_that_are_shown(self):
        with mock.patch.object(views.OrderViewSet, "visible", lambda view, orders: orders):
            self.assertReported("red", "of another customer is answered with HTTP 200")

    def test_orders_that_need_no_token(self):
        with mock.patch.multiple(Purchases, permission_classes=[AllowAny], visible=lambda view, orders: orders):
            self.assertReported("red", "is shown without a token")

    def test_failures(self):
        with mock.patch.dict(PurchaseSerializer.sources, total=lambda purchase: 1 / 0):
            with self.assertLogs("django.request", "ERROR"):
                self.assertReported("red", "HTTP 500")

    def test_unknown_statuses(self):
        with mock.patch.object(PurchaseSerializer, "statuses", {}):
            self.assertReported("amber", "statuses of the shop's own: 1")

    def test_user_without_orders(self):
        Purchase.objects.filter(client__user__username="mia").delete()
        self.assertReported("amber", "mia has no orders")

    def test_user_who_does_not_exist(self):
        with self.assertRaisesMessage(CommandError, "There is no user zoe."):
            call_command("shop_mcp_doctor", "zoe")

    def test_changes_nothing(self):
        def save(view, request):
            Purchase.objects.update(state=9)
            return views.OrderViewSet.list(view, request)

        with mock.patch.object(Purchases, "list", save, create=True):
            self.report()
        self.assertEqual(self.states(), [1, 1, 1])
