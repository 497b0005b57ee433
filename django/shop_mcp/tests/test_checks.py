"""manage.py check --tag shop_mcp: each thing that is missing is named, with the fix."""

from unittest import mock

from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.db.models import UniqueConstraint
from django.test import TestCase, TransactionTestCase, override_settings
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.permissions import AllowAny

from shop_mcp import checks
from shop_mcp.models import IdempotencyRecord
from shop_mcp.tests.assertions import ACCEPTED, URLS
from shop_mcp.tests.bookshop.api import Books, BookSerializer, PositionSerializer, Purchases, PurchaseSerializer
from shop_mcp.tests.bookshop.models import Book
from shop_mcp.tests.test_tokens import MINTING

ALWAYS = ["shop_mcp.W009", "shop_mcp.W010"]  # of `payment`, which has neither a preview nor a rule

COMPLETE = {"CURRENCY": "EUR", **ACCEPTED, **MINTING}


def ids(**options):
    return sorted(found.id for found in run_checks(tags=["shop_mcp"], **options))


@override_settings(SHOP_MCP={"CURRENCY": "EUR"})
class CheckTests(TestCase):
    def assertFound(self, expected, target, /, **attributes):
        """The check is found, has a hint, and is not there without these attributes."""
        self.assertEqual(ids(), ALWAYS)
        with mock.patch.multiple(target, **attributes):
            found = [one for one in run_checks(tags=["shop_mcp"]) if one.id not in ALWAYS]
        self.assertEqual([one.id for one in found], [f"shop_mcp.{expected}"])
        self.assertTrue(found[0].hint)
        return found[0].msg

    def sources(self, record, **sources):
        return {**record.sources, **sources}

    def test_rows_and_serializers(self):
        self.assertFound("E004", Books, queryset=None)
        self.assertFound("E005", Books, serializer_class=None)
        self.assertFound("E006", Purchases, queryset=Book.objects.all())

    def test_sources_that_are_not_there(self):
        said = self.assertFound("E008", BookSerializer, sources=self.sources(BookSerializer, category="genre.lable"))
        self.assertEqual(said, "BookSerializer reads category from genre.lable, which Book does not have.")
        self.assertFound("E008", BookSerializer, sources=self.sources(BookSerializer, category="gender.label"))
        self.assertFound("E007", BookSerializer, sources=self.sources(BookSerializer, colour="blurb"))
        self.assertFound("E009", BookSerializer, sources=self.sources(BookSerializer, name=None))
        self.assertFound("E010", BookSerializer, sources=self.sources(BookSerializer, product_id=lambda book: 1))

    def test_parts_that_are_not_there(self):
        wrong = {**PurchaseSerializer._declared_fields, "lines": PositionSerializer(many=True)}
        said = self.assertFound("W017", PurchaseSerializer, _declared_fields=wrong)
        self.assertEqual(said, "PurchaseSerializer reads lines from lines, which Purchase does not have.")
        with mock.patch.object(PurchaseSerializer, "_declared_fields", wrong):
            [found] = [one for one in run_checks(tags=["shop_mcp"]) if one.id == "shop_mcp.W017"]
        self.assertTrue(found.hint.endswith('name it: lines = PositionSerializer(source="positions", …).'), found.hint)

    def test_money_that_is_not_named(self):
        sources = {name: source for name, source in BookSerializer.sources.items() if name != "price"}
        self.assertFound("W014", BookSerializer, sources=sources)

    def test_ids_that_are_not_unique(self):
        self.assertFound("W012", BookSerializer, sources=self.sources(BookSerializer, product_id="title"))

    def test_ids_that_are_unique_by_a_constraint(self):
        constraint = UniqueConstraint(fields=["title"], name="one_title")
        with mock.patch.dict(BookSerializer.sources, product_id="title"):
            with mock.patch.dict(vars(Book._meta), total_unique_constraints=[constraint]):
                self.assertEqual(ids(), ALWAYS)
            with mock.patch.object(Book._meta, "unique_together", (("title",),)):
                self.assertEqual(ids(), ALWAYS)

    def test_methods_that_need_more_than_the_row(self):
        sources = self.sources(BookSerializer, name="title_in")
        with mock.patch.object(Book, "title_in", lambda book, language: "", create=True):
            said = self.assertFound("E019", BookSerializer, sources=sources)
        self.assertEqual(said, "BookSerializer reads name from title_in, a method that needs more than the row.")

    def test_words_as_flags_and_numbers_as_words(self):
        self.assertFound("E020", BookSerializer, sources=self.sources(BookSerializer, available="title"))
        self.assertFound("W015", PurchaseSerializer, sources=self.sources(PurchaseSerializer, cancel_reason="state"))

    def test_currency_of_other_rows(self):
        with mock.patch.object(checks, "is_relation", lambda model, name: (model, name) == (Book, "currency")):
            self.assertIn("shop_mcp.E021", ids())

    def test_rows_that_a_method_gives(self):
        with mock.patch.multiple(Books, queryset=None, get_queryset=lambda view: Book.objects.all()):
            self.assertEqual(ids(), ALWAYS)

    def test_regular_expressions_of_everybody(self):
        self.assertFound("E022", Books, search_fields=["$title"])

    def test_rows_without_a_text(self):
        self.assertFound("E018", BookSerializer, sources=self.sources(BookSerializer, category="genre"))

    def test_integers_as_prices(self):
        self.assertFound("W013", BookSerializer, sources=self.sources(BookSerializer, price="stock"))

    def test_orders_in_another_database(self):
        class Router:
            def db_for_write(self, model, **hints):
                return "orders" if model._meta.model_name == "purchase" else None

        with override_settings(DATABASE_ROUTERS=[Router()]):
            self.assertIn("shop_mcp.E003", ids())

    def test_search(self):
        self.assertFound("W006", Books, search_fields=[])
        self.assertFound("E011", Books, search_fields=["author"])
        self.assertFound("W007", BookSerializer, sources=self.sources(BookSerializer, price=lambda book: book.price))

    def test_currency(self):
        with override_settings(SHOP_MCP={}):
            self.assertEqual(set(ids()), {*ALWAYS, "shop_mcp.W005"})

    def test_owner(self):
        self.assertFound("E016", Purchases, owner="")
        self.assertFound("E017", Purchases, owner="client")
        self.assertFound("E017", Purchases, owner="customer__user")

    def test_authentication(self):
        self.assertFound("E012", Purchases, authentication_classes=[SessionAuthentication, BasicAuthentication])
        self.assertFound("E013", Purchases, authentication_classes=[SessionAuthentication, TokenAuthentication])
        self.assertFound("E015", Purchases, permission_classes=[AllowAny])

    def test_statuses(self):
        said = self.assertFound("W008", PurchaseSerializer, statuses={1: "pending", 9: "cancelled"})
        self.assertIn("unknown: 2", said)

    def test_settings(self):
        for wrong, expected in (
            ({"USE_TZ": False}, "W001"),
            ({"SHOP_MCP": {"CURRENCY": "EUR", "CLOCK": "shop.nothing"}}, "E001"),
            ({"ROOT_URLCONF": "shop_mcp.tests.no_urls"}, "W004"),
        ):
            with override_settings(**wrong):
                self.assertIn(f"shop_mcp.{expected}", ids())

    def test_sqlite(self):
        database = settings.DATABASES["default"]
        with mock.patch.dict(database, ATOMIC_REQUESTS=True):
            self.assertIn("shop_mcp.W002", ids())
            with mock.patch.dict(database["OPTIONS"], transaction_mode="IMMEDIATE"):
                self.assertNotIn("shop_mcp.W002", ids())

    def test_tokens_need_their_app(self):
        apps = [app for app in settings.INSTALLED_APPS if app != "rest_framework.authtoken"]
        with mock.patch.object(settings, "INSTALLED_APPS", apps):
            self.assertIn("shop_mcp.E014", ids())

    def test_throttle_is_missed_before_deployment(self):
        self.assertIn("shop_mcp.W003", ids(include_deployment_checks=True))


class StorageTests(TransactionTestCase):
    def test_table(self):
        self.assertEqual(ids(databases=["default"]), ALWAYS)
        with connection.schema_editor() as editor:
            editor.delete_model(IdempotencyRecord)
        try:
            self.assertIn("shop_mcp.W011", ids(databases=["default"]))
            self.assertEqual(ids(), ALWAYS)  # no database is asked without --database
        finally:
            with connection.schema_editor() as editor:
                editor.create_model(IdempotencyRecord)

    def test_transactions(self):
        with mock.patch.object(connection.features, "supports_transactions", False):
            self.assertIn("shop_mcp.E002", ids(databases=["default"]))


@override_settings(ROOT_URLCONF=URLS)
class CallerTests(TestCase):
    def assertFound(self, expected, **wrong):
        for given, found in ((COMPLETE, []), ({**COMPLETE, **wrong}, expected)):
            with override_settings(SHOP_MCP=given):
                self.assertEqual([one for one in ids() if one not in ALWAYS], [f"shop_mcp.{id}" for id in found])

    def test_settings_that_are_missing(self):
        for name in ("ASSERTION_ISSUER", "ASSERTION_AUDIENCE", "TOKEN_ISSUER", "TOKEN_AUDIENCE", "TOKEN_KEY"):
            self.assertFound(["E024"], **{name: None})

    def test_paths_that_lead_nowhere(self):
        self.assertFound(["E025"], RESOLVE_USER="shop_mcp.assertions.resolve")
        self.assertFound(["E025"], TOKEN_AUTHENTICATION=["nothing.Here"])
        self.assertFound(["E025"], TOKEN_AUTHENTICATION=[])

    def test_keys_that_anybody_could_swap(self):
        self.assertFound(["E026"], ASSERTION_KEYS="http://mcp.shop.example/.well-known/jwks.json")
        self.assertFound(["E026"], ASSERTION_ISSUER="http://mcp.shop.example", ASSERTION_KEYS=None)
        self.assertFound(["E026"], ASSERTION_KEYS="http://[2001:db8::1]/.well-known/jwks.json")
        for near in ("127.0.0.1:3000", "[::1]:3000", "localhost:3000", "nginx:8080"):
            self.assertFound([], ASSERTION_KEYS=f"http://{near}/.well-known/jwks.json")

    def test_callers_who_would_be_nobody(self):
        own = "shop_mcp.assertions.resolve_own_user"
        self.assertFound([], RESOLVE_USER=own)
        self.assertFound(["E024", "E030"], RESOLVE_USER=own, TOKEN_ISSUER=None)
        with override_settings(SHOP_MCP={"CURRENCY": "EUR", **ACCEPTED}, ROOT_URLCONF="shop_mcp.tests.bookshop.urls"):
            self.assertEqual(ids(), ["shop_mcp.E029", *ALWAYS])

    def test_key_that_cannot_sign(self):
        self.assertFound(["E027"], TOKEN_KEY="-----BEGIN PUBLIC KEY-----")

    def test_what_signs_is_not_installed(self):
        with (
            override_settings(SHOP_MCP=COMPLETE),
            mock.patch("shop_mcp.tokens.keys", side_effect=ImportError("No module named 'cryptography'")),
        ):
            (found,) = checks.check_token_keys()
        self.assertIn("No module named 'cryptography'", found.msg)
        self.assertIn("PyJWT[crypto]", found.hint)

    def test_tokens_for_tokens(self):
        self.assertFound(["E028"], TOKEN_AUTHENTICATION=["shop_mcp.assertions.AssertionAuthentication"])

    def test_library_that_is_missing_or_old(self):
        with mock.patch.dict("sys.modules", jwt=None):
            self.assertFoundOnly("E023")
        with mock.patch("jwt.PyJWKClient", return_value=object()):
            self.assertFoundOnly("E023")

    def assertFoundOnly(self, id):
        with override_settings(SHOP_MCP=COMPLETE):
            self.assertEqual({one for one in ids() if one not in ALWAYS}, {f"shop_mcp.{id}"})

    def test_nothing_is_needed_where_nothing_of_it_is_used(self):
        with override_settings(SHOP_MCP={"CURRENCY": "EUR"}, ROOT_URLCONF="shop_mcp.tests.bookshop.urls"):
            self.assertEqual(ids(), ALWAYS)


class EventTests(TestCase):
    """Orders and products that report themselves."""

    given = {
        "CURRENCY": "EUR",
        "WEBHOOK_URL": "https://mcp.shop.example/hooks/shop",
        "WEBHOOK_SECRET": "a webhook secret of forty characters, no less",
        "EVENTS": settings.SHOP_MCP["EVENTS"],
    }

    def assertFound(self, expected, **wrong):
        for given, found in ((self.given, []), ({**self.given, **wrong}, expected)):
            with override_settings(SHOP_MCP=given):
                said = [one for one in run_checks(tags=["shop_mcp"]) if one.id not in ALWAYS]
            self.assertEqual([one.id for one in said], [f"shop_mcp.{id}" for id in found])
        return [f"{one.msg} {one.hint}" for one in said]

    def test_addresses_that_nothing_is_sent_to(self):
        for url in ("", "mcp.shop.example/hooks/shop", "file:///etc/passwd", "https://", "http://[", 7):
            self.assertFound(["E031"], WEBHOOK_URL=url)
        said = self.assertFound(["E031"], WEBHOOK_URL="https://shop:hunter2@mcp.example/hooks/shop")
        self.assertNotIn("hunter2", said[0])

    def test_secrets_that_are_none(self):
        for secret in (None, "", [], "thirty-one characters, not more", [self.given["WEBHOOK_SECRET"], "short"]):
            self.assertFound(["E032"], WEBHOOK_SECRET=secret)
        self.assertFound([], WEBHOOK_SECRET=[self.given["WEBHOOK_SECRET"]] * 2)

    def test_shop_whose_own_changes_are_not_reported(self):
        self.assertFound(["W016"], EVENTS={})

    def test_models_that_report_nothing(self):
        for label, entry in (
            ("bookshop.Order", ("order", "pk")),
            ("Purchase", ("order", "pk")),
            (None, ("order", "pk")),
            ("bookshop.Purchase", ("customer", "pk")),
            ("bookshop.Purchase", ("order",)),
            ("bookshop.Purchase", ("order", None)),
            ("bookshop.Purchase", None),
        ):
            said = self.assertFound(["E033"], EVENTS={label: entry})
            self.assertIn(repr(label), said[0])
        self.assertFound(["E033"], EVENTS=["bookshop.Purchase"])

    def test_ids_that_are_not_there(self):
        said = self.assertFound(["E034"], EVENTS={"bookshop.Position": ("order", "purchase.nr")})
        self.assertIn("reads the id of the order from purchase.nr, which Position does not have", said[0])

    def test_events_in_another_database(self):
        with mock.patch.object(checks.router, "db_for_write", lambda model: model._meta.app_label):
            self.assertIn("shop_mcp.E035", [one.id for one in checks.check_event("bookshop.Book", ("product", "isbn"))])

    def test_ids_that_the_api_does_not_know(self):
        said = self.assertFound(["E036"], EVENTS={"bookshop.Purchase": ("order", "number")})
        self.assertIn('reports Purchase by number, which the API knows by id. Write "bookshop.Purchase"', said[0])
        self.assertFound(["E036"], EVENTS={"bookshop.Book": ("product", "pk")})
