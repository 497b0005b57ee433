"""Tokens for shoppers who are signed in to the shop."""

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, TestCase, modify_settings, override_settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from shop_mcp.assertions import resolve_own_user
from shop_mcp.tests.assertions import ACCEPTED, NOW, URLS, clock, request, sign
from shop_mcp.tests.testcases import BookshopMixin

SHOP, SERVER = "https://shop.example", "https://mcp.shop.example/mcp"


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEY, NEXT = (pem(Ed25519PrivateKey.generate()) for _ in range(2))
MINTING = {"TOKEN_ISSUER": SHOP, "TOKEN_AUDIENCE": SERVER, "TOKEN_KEY": KEY}
SECRET = "of the shop's own tokens: 32 bytes"


class OwnJwtAuthentication(BaseAuthentication):
    """As that of a package for JWTs."""

    def authenticate(self, request):
        from django.contrib.auth.models import User

        try:
            claims = jwt.decode(request.headers.get("Authorization", "")[7:], SECRET, ["HS256"])
        except jwt.InvalidTokenError:
            raise AuthenticationFailed from None
        return User.objects.get(username=claims["user"]), None


@modify_settings(
    INSTALLED_APPS={"append": "django.contrib.sessions"},
    MIDDLEWARE={
        "append": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ]
    },
)
@override_settings(ROOT_URLCONF=URLS, SHOP_MCP=MINTING, SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
class TokenTests(BookshopMixin, TestCase):
    def page(self, user="mia", **options):
        """A browser at the shop's page."""
        browser = Client(**options)
        if user:
            browser.force_login(self.users[user], "django.contrib.auth.backends.ModelBackend")
        return browser

    def mint(self, browser=None, body=None, **headers):
        with clock(NOW):
            browser = browser or self.page()
            return browser.post("/api/mcp/token/", body or {}, content_type="application/json", **headers)

    def claims(self, answer):
        """What the server reads in a token, with the keys that the shop publishes."""
        token = answer.json()["access_token"]
        header = jwt.get_unverified_header(token)
        self.assertEqual((header["alg"], header["typ"]), ("EdDSA", "at+jwt"))
        published = Client().get("/api/mcp/keys/").json()
        with clock(NOW):
            return jwt.decode(token, jwt.PyJWKSet.from_dict(published)[header["kid"]], ["EdDSA"], audience=SERVER)

    def test_shopper_gets_a_token_for_the_mcp_server_alone(self):
        answer = self.mint()
        claims = self.claims(answer)
        self.assertEqual(answer.json()["expires_in"], 300)
        self.assertTrue(claims.pop("jti"))
        self.assertEqual(
            claims,
            {"iss": SHOP, "aud": SERVER, "sub": "mia", "client_id": "storefront", "scope": "shop:read",
             "iat": NOW, "exp": NOW + 300},
        )  # fmt: skip
        self.assertEqual(answer["Cache-Control"], "no-store")

    def test_scope_is_what_the_page_asks_for(self):
        for scope in ("shop:write", "shop:read shop:write"):
            answer = self.mint(body={"scope": scope})
            self.assertEqual((self.claims(answer)["scope"], answer.json()["scope"]), (scope, scope))
        for scope in ("admin", "shop:read admin", "shop:read  shop:write", ["shop:write"], ""):
            self.assertEqual(self.mint(body={"scope": scope}).status_code, 400, scope)

    def test_nobody_else_gets_one(self):
        self.assertEqual(self.mint(self.page(user=None)).status_code, 403)
        own = jwt.encode({"user": "mia"}, SECRET)
        for token in (own, sign(method="POST", path="/api/mcp/token/")):
            with override_settings(SHOP_MCP={**ACCEPTED, **MINTING}):
                answer = request(token, "POST", "/api/mcp/token/", "{}")
                self.assertEqual(answer.status_code, 403, answer.content)

    def test_session_needs_the_csrf_token_of_the_page(self):
        browser = self.page(enforce_csrf_checks=True)
        self.assertIn("CSRF", self.mint(browser).json()["detail"])
        browser.cookies["csrftoken"] = "c" * 32
        self.assertEqual(self.mint(browser, HTTP_X_CSRFTOKEN="c" * 32).status_code, 200)

    def test_own_jwt_of_the_shop_gets_another(self):
        own = jwt.encode({"user": "leo"}, SECRET)
        with override_settings(
            SHOP_MCP={**MINTING, "TOKEN_AUTHENTICATION": ["shop_mcp.tests.test_tokens.OwnJwtAuthentication"]}
        ):
            answer = self.mint(self.page(user=None), HTTP_AUTHORIZATION=f"Bearer {own}")
            self.assertEqual(self.claims(answer)["sub"], "leo")
            self.assertNotIn(own, answer.content.decode())
            self.assertEqual(self.mint(self.page("mia")).status_code, 403)  # a session is none of its ways now

    def test_of_several_keys_the_first_signs_and_all_are_published(self):
        with override_settings(SHOP_MCP={**MINTING, "TOKEN_KEY": [NEXT, KEY]}):
            published = Client().get("/api/mcp/keys/").json()["keys"]
            header = jwt.get_unverified_header(self.mint().json()["access_token"])
            self.assertEqual(self.claims(self.mint())["sub"], "mia")
        self.assertEqual((len(published), published[0]["kid"]), (2, header["kid"]))
        self.assertEqual(set(published[0]), {"crv", "kty", "x", "kid", "alg", "use"})

    def test_wrong_settings_say_so(self):
        rsa = pem(generate_private_key(65537, 2048))
        for wrong in ({"TOKEN_KEY": rsa}, {"TOKEN_KEY": "secret"}, {"TOKEN_KEY": None}, {"TOKEN_ISSUER": None}):
            with override_settings(SHOP_MCP={**MINTING, **wrong}), self.assertRaises(ImproperlyConfigured) as raised:
                self.mint()
            self.assertIn(next(iter(wrong)), str(raised.exception))
            self.assertNotIn("secret", str(raised.exception))

    def test_own_users_are_known_by_the_names_they_sign_in_with(self):
        self.assertEqual(resolve_own_user(SHOP, "mia"), self.users["mia"])
        self.assertIsNone(resolve_own_user(SHOP, "nobody"))
        self.assertIsNone(resolve_own_user("https://login.example", "mia"))
        with override_settings(SHOP_MCP={}):
            self.assertIsNone(resolve_own_user(None, "mia"))
