"""Projects that are set up unlike that of these tests: their user model, databases, URLs and throttles."""

import io
import json
from unittest import mock

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.models.signals import post_delete
from django.test import TestCase, override_settings
from django.urls import include, path, re_path
from rest_framework.throttling import UserRateThrottle

from shop_mcp import previews
from shop_mcp.exceptions import PreviewImpossible
from shop_mcp.models import IdempotencyRecord
from shop_mcp.tests.bookshop.api import Books, Purchases, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Purchase
from shop_mcp.tests.testcases import BookshopMixin
from shop_mcp.urls import shop_urls
from shop_mcp.views import UserViewSet

shop = include(shop_urls(Books, Purchases, UserViewSet))


class Versioned:
    urlpatterns = [path("<version>/api/", shop)]


class ByExpression:
    urlpatterns = [re_path(r"^api/", shop)]


class ReadsElsewhere:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


class ProjectTests(BookshopMixin, TestCase):
    def doctor(self):
        """The lines of the doctor at endpoints or settings that are not green."""
        out = io.StringIO()
        try:
            call_command("shop_mcp_doctor", "mia", "--json", stdout=out)
        except SystemExit:
            pass
        lines = json.loads(out.getvalue())
        return [line for line in lines if line["level"] != "green" and line["about"] not in ("Purchases", "Books")]

    def test_user_model_without_staff(self):
        def absent(user):
            raise AttributeError

        client = self.client_of("mia")
        with mock.patch.object(User, "is_staff", property(absent, lambda user, value: None)):
            answers = [client.get(f"/api/{path}").status_code for path in ("orders/", "customers/me/", "customers/")]
        self.assertEqual(answers, [200, 200, 403])

    @override_settings(ROOT_URLCONF=Versioned)
    def test_paths_with_a_version(self):
        client, order = self.client_of("mia"), f"/v1/api/{self.order_path()}"
        for read in ("/v1/api/products/search/", "/v1/api/products/bees/", "/v1/api/orders/", order, f"{order}status/",
                     "/v1/api/customers/me/", "/v1/api/shop/", "/v1/api/schema/"):  # fmt: skip
            self.assertEqual(client.get(read).status_code, 200, read)
        body = {"reason": "no_longer_needed"}
        preview = client.post(f"{order}previews/", {"change": "cancel", "body": body})
        cancelled = client.post(f"{order}cancel/", body, HTTP_IDEMPOTENCY_KEY="k")
        self.assertEqual([preview.status_code, cancelled.status_code, self.states()], [200, 200, [9, 1, 1]])
        self.assertEqual({line["level"] for line in self.doctor()}, {"amber"})

    @override_settings(ROOT_URLCONF=ByExpression)
    def test_paths_by_regular_expressions(self):
        self.assertEqual(self.doctor(), [])

    def test_changes_read_where_they_write(self):
        """The order is read, locked and shown there: a replica may be late, and locks nothing."""
        with override_settings(DATABASE_ROUTERS=[ReadsElsewhere()]):
            with mock.patch.object(Purchases, "queryset", Purchase.objects.all()):
                view = Purchases(request=mock.Mock(method="POST"), kwargs={}, format_kwarg=None)
                self.assertEqual(view.filter_queryset(Purchase.objects.all()).db, "default")
                view.request.method = "GET"
                self.assertEqual(view.filter_queryset(Purchase.objects.all()).db, "replica")

    def test_databases_that_are_empty_or_away(self):
        with mock.patch.dict(connections.settings, other={"ENGINE": previews.DUMMY}):
            with previews.rolled_back():
                Purchase.objects.update(state=2)
        self.assertEqual(self.states(), [1, 1, 1])
        with mock.patch.object(connections["default"], "ensure_connection", side_effect=OperationalError):
            with self.assertRaisesMessage(PreviewImpossible, "default cannot be reached"):
                with previews.rolled_back():
                    self.fail()

    def test_doctor_is_not_throttled_and_uses_nothing_up(self):
        class Twice(UserRateThrottle):
            rate, cache = "2/min", mock.Mock(get=mock.Mock(return_value=[]))

        with (
            mock.patch.multiple(Books, throttle_classes=[Twice]),
            mock.patch.multiple(Purchases, throttle_classes=[Twice]),
        ):
            self.assertEqual(self.doctor(), [])
            Twice.cache.set.assert_not_called()
            self.assertEqual(self.get("orders/").status_code, 200)
            Twice.cache.set.assert_called_once()

    def test_doctor_reads_numbers_of_every_spelling(self):
        for purchase in Purchase.objects.all():
            Purchase.objects.filter(pk=purchase.pk).update(number=f"#{purchase.number} 100% ?")
        with mock.patch.dict(PurchaseSerializer.sources, order_id="number"):
            self.assertEqual([line for line in self.doctor() if "/" in line["about"]], [])
            Purchase.objects.filter(number__contains="B-1").update(number="2026/1")
            self.assertIn("slash", self.doctor()[-1]["hint"])

    def test_first_statement_of_a_change_writes_though_a_signal_listens(self):
        def audit(**kwargs): ...

        post_delete.connect(audit)
        self.addCleanup(post_delete.disconnect, audit)
        with self.assertNumQueries(1) as queries:
            from shop_mcp import idempotency

            with mock.patch.object(IdempotencyRecord.objects, "get_or_create"):
                idempotency.get_or_create_record(self.users["mia"], "k", "f")
        self.assertTrue(queries[0]["sql"].startswith("DELETE"))
