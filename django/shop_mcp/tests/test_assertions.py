"""Whom the MCP server acts for: an assertion that is signed for one request, and no other."""

import json
import threading
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

from django.contrib.auth.models import User
from django.db import connection
from django.test import TestCase, TransactionTestCase, override_settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from shop_mcp import assertions
from shop_mcp.models import UsedAssertion
from shop_mcp.tests.assertions import (
    ACCEPTED,
    FOREIGN,
    LOGIN,
    NEXT,
    NOW,
    PRIVATE,
    URLS,
    accepting,
    clock,
    jwks,
    request,
    sign,
)
from shop_mcp.tests.bookshop.models import Purchase
from shop_mcp.tests.testcases import CANCEL, BookshopMixin

BODY = json.dumps(CANCEL)


class AssertionMixin(BookshopMixin):
    def assertRefused(self, answer, code, status=401):
        self.assertEqual((answer.status_code, answer.json().get("code")), (status, code), answer.content)
        if status == 401:
            self.assertTrue(answer["WWW-Authenticate"])

    def cancel_with(self, token, **options):
        return request(token, "POST", f"/api/{self.order_path()}cancel/", BODY, **options)

    def cancellation(self, **claims):
        return sign(method="POST", path=f"/api/{self.order_path()}cancel/", **claims)


@accepting
class AssertionTests(AssertionMixin, TestCase):
    def test_caller_sees_their_own(self):
        for name, count in (("mia", 2), ("leo", 1), ("sam", 3)):
            answer = request(sign(sub=name))
            self.assertEqual(len(answer.json()["results"]), count, name)

    def test_each_wrong_part_is_refused(self):
        public = PRIVATE.public_key().public_bytes_raw()
        for code, wrong in (
            ("assertion_key", {"kid": "two"}),
            ("assertion_key", {"kid": None}),
            ("assertion_invalid", {"key": FOREIGN}),
            ("assertion_invalid", {"key": None, "alg": "none"}),
            ("assertion_invalid", {"key": public, "alg": "HS256"}),
            ("assertion_invalid", {"iss": "https://mcp.other.example"}),
            ("assertion_invalid", {"aud": "https://other.example"}),
            ("assertion_invalid", {"aud": [ACCEPTED["ASSERTION_AUDIENCE"], "https://other.example"]}),
            ("assertion_invalid", {"exp": NOW + 61}),
            ("assertion_invalid", {"jti": "j" * 65}),
            ("assertion_invalid", {"sub_id": {"format": "iss_sub", "iss": LOGIN, "sub": "leo"}}),
            ("assertion_invalid", {"sub_id": {"format": "opaque", "id": "mia"}}),
            ("assertion_invalid", {"sub_id": {"format": "account", "iss": LOGIN, "sub": "mia"}}),
            ("assertion_invalid", {"sub_id": "mia"}),
            ("assertion_invalid", {"scope": ["shop:read"]}),
            ("assertion_time", {"iat": NOW - 71, "exp": NOW - 11}),
            ("assertion_time", {"iat": NOW + 11, "exp": NOW + 60}),
            ("assertion_time", {"nbf": NOW + 11}),
            ("assertion_request", {"method": "POST"}),
            ("assertion_request", {"path": "/api/orders"}),
            ("assertion_request", {"path": "/api/customers/me/"}),
        ):
            with self.subTest(wrong=wrong):
                self.assertRefused(request(sign(**wrong)), code)

    def test_each_claim_is_required(self):
        for name in assertions.REQUIRED:
            self.assertRefused(request(sign(leave_out=name)), "assertion_invalid")

    def test_clocks_may_differ_by_ten_seconds(self):
        for at in (NOW - 10, NOW + 69):
            self.assertEqual(request(sign(), at=at).status_code, 200, at)

    def test_path_is_compared_as_it_is_read(self):
        Purchase.objects.filter(number="B-0").update(number="#é 1")
        with mock.patch.dict("shop_mcp.tests.bookshop.api.PurchaseSerializer.sources", order_id="number"):
            path = "/api/orders/%23%C3%A9%201/"
            self.assertEqual(request(sign(path=path), path=path).status_code, 200)
            self.assertRefused(request(sign(path="/api/orders/%23%C3%A8%201/"), path=path), "assertion_request")

    def test_other_tokens_are_left_to_other_classes(self):
        Token.objects.create(user=self.users["mia"], key="mia-token")
        answer = request("", HTTP_AUTHORIZATION="Token mia-token")
        self.assertEqual(answer.status_code, 200)
        for token in (sign(typ="JWT"), "opaque", "a.b.c", "", "\xff"):
            self.assertEqual(request(token).json(), {"detail": "Authentication credentials were not provided."})

    def test_tokens_that_are_made_to_hurt_are_left_alone(self):
        for header in (
            "[" * 5000,
            '{"typ":' * 5000,
            '{"typ": "shop-assertion+jwt", "kid": %s}' % ("9" * 5000),
            '{"typ": ["shop-assertion+jwt"]}',
            '{"typ": "shop-assertion+jwt", "kid": {}}',
            '{"typ": "shop-assertion+jwt", "kid": "one", "alg": 1}',
            '{"typ": "shop-assertion+jwt", "kid": "one", "alg": "EdDSA", "crit": ["b64"], "b64": false}',
            "null",
            "\\ud800",
        ):
            with self.subTest(header=header[:40]):
                token = f"{urlsafe_b64encode(header.encode()).rstrip(b'=').decode()}.e30.AAAA"
                self.assertEqual(request(token).status_code, 401)

    def test_views_can_read_the_claims(self):
        with mock.patch("shop_mcp.tests.bookshop.api.Purchases.permission_classes", []):
            with mock.patch("shop_mcp.tests.bookshop.api.Purchases.list", autospec=True) as listed:
                listed.side_effect = KeyError
                with self.assertRaises(KeyError):
                    request(sign())
        self.assertEqual(listed.call_args.args[1].auth["act"], {"sub": "a-client"})


@accepting
class CallerTests(AssertionMixin, TestCase):
    def test_caller_whom_the_shop_does_not_know_is_403(self):
        for who in ({"sub": "nobody"}, {"login": "https://other.example"}):
            self.assertRefused(request(sign(**who)), "unmapped_caller", 403)

    def test_inactive_user_is_403(self):
        User.objects.update(is_active=False)
        self.assertRefused(request(sign()), "unmapped_caller", 403)

    def test_read_scope_writes_nothing(self):
        for scope in ("shop:read", "shop:read shop:writes", "orders"):
            self.assertRefused(self.cancel_with(self.cancellation(scope=scope)), "insufficient_scope", 403)
        self.assertRefused(request(sign(scope="orders")), "insufficient_scope", 403)
        self.assertEqual(self.states(), [1, 1, 1])
        self.assertEqual([request(sign(scope=scope)).status_code for scope in ("shop:read", "shop:write")], [200, 200])

    def test_nothing_is_accepted_before_it_is_set_up(self):
        for name in ("ASSERTION_ISSUER", "ASSERTION_AUDIENCE", "RESOLVE_USER"):
            with override_settings(SHOP_MCP={**ACCEPTED, name: None}):
                self.assertRefused(request(sign()), "assertion_unknown")


@accepting
class ReplayTests(AssertionMixin, TestCase):
    def test_write_uses_an_assertion_up(self):
        token = self.cancellation()
        self.assertEqual(self.cancel_with(token).status_code, 200)
        self.assertRefused(self.cancel_with(token), "assertion_used")
        path = f"/api/{self.order_path(1)}address/"
        token, body = sign(method="PATCH", path=path), json.dumps({"address": {"line1": "2 Oak Row"}})
        self.assertEqual(request(token, "PATCH", path, body).status_code, 400)  # refused, and used up all the same
        self.assertRefused(request(token, "PATCH", path, body), "assertion_used")

    def test_read_does_not(self):
        token = sign()
        self.assertEqual([request(token).status_code for _ in range(2)], [200, 200])
        self.assertFalse(UsedAssertion.objects.exists())

    def test_refused_request_does_not(self):
        token = self.cancellation()
        self.assertRefused(request(token, "POST", f"/api/{self.order_path(1)}cancel/", BODY), "assertion_request")
        self.assertEqual(self.cancel_with(token).status_code, 200)

    def test_used_ones_are_kept_as_long_as_they_could_come_again(self):
        self.cancel_with(self.cancellation(jti="old"))
        for at, kept in ((NOW + 70, {"old", "new-70"}), (NOW + 71, {"new-70", "new-71"})):
            later = self.cancellation(jti=f"new-{at - NOW}", iat=at, exp=at + 60)
            self.cancel_with(later, at=at)
            self.assertEqual(set(UsedAssertion.objects.values_list("jti", flat=True)), kept)


@accepting
class TwoAtOnceTests(AssertionMixin, TransactionTestCase):
    def test_one_of_two_at_once_is_refused(self):
        token, path, start = self.cancellation(), f"/api/{self.order_path()}cancel/", threading.Barrier(2)
        read = assertions.user_of

        def meet(claims):  # the last thing before it is used up
            user = read(claims)
            start.wait(10)
            return user

        def run(_):
            try:
                return APIClient().post(path, CANCEL, HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY="k")
            finally:
                connection.close()

        with clock(NOW), mock.patch.object(assertions, "user_of", meet), ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(run, range(2)))
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 401])


class PublicKeysTests(AssertionMixin, TestCase):
    """Keys that are read from an address."""

    def setUp(self):
        super().setUp()
        published = self.published = jwks(one=PRIVATE)

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/.well-known/jwks.json" and published else 503)
                self.end_headers()
                self.wfile.write(json.dumps(published).encode())

            def log_message(self, *args): ...

        self.server = HTTPServer(("127.0.0.1", 0), Keys)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        accepted = {**ACCEPTED, "ASSERTION_ISSUER": self.issuer, "ASSERTION_KEYS": None}
        changed = override_settings(SHOP_MCP=accepted, ROOT_URLCONF=URLS)
        changed.enable()
        self.addCleanup(changed.disable)
        self.time = 1000.0
        for clock in ("jwt.jwks_client.time.monotonic", "shop_mcp.assertions.monotonic"):
            patched = mock.patch(clock, lambda: self.time)
            patched.start()
            self.addCleanup(patched.stop)

    def status(self, **how):
        return request(sign(iss=self.issuer, **how)).status_code

    def test_next_key_is_read_when_it_signs(self):
        self.assertEqual(self.status(), 200)
        self.published["keys"] += jwks(two=NEXT)["keys"]
        self.assertEqual(self.status(key=NEXT, kid="two"), 401)  # anybody can send a kid: not read again at once
        self.time += 31
        self.assertEqual([self.status(key=NEXT, kid="two"), self.status()], [200, 200])

    def test_withdrawn_key_ends_within_five_minutes(self):
        self.assertEqual(self.status(), 200)
        self.published["keys"] = jwks(two=NEXT)["keys"]
        self.time += 301
        self.assertEqual([self.status(), self.status(key=NEXT, kid="two")], [401, 200])

    def test_known_keys_go_on_for_an_hour_where_none_can_be_read(self):
        self.assertEqual(self.status(), 200)
        rows = self.published.pop("keys")
        for seconds, status in ((301, 200), (3000, 200), (301, 503)):
            self.time += seconds
            self.assertEqual(self.status(), status, seconds)
        self.published["keys"] = rows
        self.assertEqual(self.status(), 200)

    def test_keys_that_cannot_be_read_are_503(self):
        self.published.clear()
        with self.assertLogs("shop_mcp.assertions", "ERROR") as log:
            answer = request(sign(iss=self.issuer))
        self.assertIn(f"cannot be read at {self.issuer}/.well-known/jwks.json: ", log.output[0])
        self.assertRefused(answer, "keys_unreachable", 503)
        self.assertEqual(answer["Retry-After"], "10")
