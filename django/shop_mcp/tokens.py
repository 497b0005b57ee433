"""Tokens for shoppers who are signed in to the shop, so that its page can talk to the MCP server for them:

    SHOP_MCP = {
        "TOKEN_ISSUER": "https://shop.example",
        "TOKEN_AUDIENCE": "https://mcp.shop.example/mcp",
        "TOKEN_KEY": os.environ["SHOP_MCP_TOKEN_KEY"],  # openssl genpkey -algorithm ed25519
    }
    urlpatterns = [path("api/", include([*shop_urls(Products, Orders), *token_urls()]))]

    POST mcp/token/  {"scope": "shop:read shop:write"}    by the shopper's session, and its CSRF token
    GET  mcp/keys/                                        the public keys, as a JWKS

The page gets a token that only the MCP server accepts, for five minutes: a session, or a token of the shop's own, never
leaves the shop. The server has the issuer as SHOP_MCP_OAUTH_ISSUER, and mcp/keys/ as SHOP_MCP_OAUTH_JWKS_URL. Where
shoppers are signed in by a token of the shop's own, name the class that reads it:

    SHOP_MCP["TOKEN_AUTHENTICATION"] = ["rest_framework_simplejwt.authentication.JWTAuthentication"]

Do not name one that reads the tokens of other programs: what they were granted would become a token with more.
"""

import json
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from time import time
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.utils.cache import patch_cache_control
from django.utils.module_loading import import_string
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_mcp.assertions import READ, WRITE
from shop_mcp.conf import setting
from shop_mcp.views import ContractMixin

LIFETIME = 300  # seconds
CLIENT = "storefront"  # as whom the page talks to the MCP server


class TokenBody(serializers.Serializer):
    scope = serializers.RegexField(rf"^({READ}|{WRITE})( ({READ}|{WRITE}))*$", default=READ, max_length=80)


class TokenView(ContractMixin, APIView):
    """A token for the shopper who is signed in, to read only unless more is asked for."""

    permission_classes = [IsAuthenticated]

    def get_authenticators(self):
        return [import_string(name)() for name in setting("TOKEN_AUTHENTICATION")]

    def post(self, request):
        body = TokenBody(data=request.data)
        body.is_valid(raise_exception=True)
        scope = body.validated_data["scope"]
        answer = Response(
            {
                "access_token": token_for(request.user, scope),
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "scope": scope,
            }
        )
        patch_cache_control(answer, no_store=True)
        return answer


class KeysView(ContractMixin, APIView):
    authentication_classes: list = []
    permission_classes = [AllowAny]

    def get(self, request):
        return Response({"keys": [public for _, public in keys()]})


def token_for(user, scope):
    """An access token for the MCP server (RFC 9068). Its subject is the name that the user signs in with."""
    import jwt

    now = int(time())
    claims = {
        "iss": required("TOKEN_ISSUER"),
        "aud": required("TOKEN_AUDIENCE"),
        "sub": user.get_username(),
        "client_id": CLIENT,
        "scope": scope,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": str(uuid4()),
    }
    (key, public), *_ = keys()
    return jwt.encode(claims, key, "EdDSA", headers={"typ": "at+jwt", "kid": public["kid"]})


def keys():
    """Pairs of a private key and its public row. Of several in TOKEN_KEY, the first signs, and all are published."""
    given = required("TOKEN_KEY")
    return [read_key(pem) for pem in ([given] if isinstance(given, str) else given)]


@cache
def read_key(pem):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), None)
    except (TypeError, ValueError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured('SHOP_MCP["TOKEN_KEY"] must be Ed25519 private keys: openssl genpkey -algorithm ed25519')
    row = {"crv": "Ed25519", "kty": "OKP", "x": base64url(key.public_key().public_bytes_raw())}
    kid = base64url(sha256(json.dumps(row, separators=(",", ":")).encode()).digest())  # RFC 7638
    return key, {**row, "kid": kid, "alg": "EdDSA", "use": "sig"}


def base64url(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def required(name):
    value = setting(name)
    if not value:
        raise ImproperlyConfigured(f'SHOP_MCP["{name}"] is not set.')
    return value
