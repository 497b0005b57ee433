"""What the MCP server would sign: `sign` makes an assertion for `GET /api/orders/` by mia, with other claims as given."""

import itertools
from contextlib import ExitStack, contextmanager
from datetime import datetime
from unittest import mock

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.models import User
from django.test import override_settings
from rest_framework.test import APIClient

NOW = 1_780_000_000
ISSUER, AUDIENCE = "https://mcp.shop.example", "https://shop.example"
LOGIN = "https://login.example"
PRIVATE, NEXT, FOREIGN = (Ed25519PrivateKey.generate() for _ in range(3))
ids = map("jti-{}".format, itertools.count())


def jwks(**keys):
    """A JWKS of public keys by their kid."""
    algorithm = jwt.algorithms.OKPAlgorithm
    rows = [{**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid} for kid, key in keys.items()]
    return {"keys": [{**row, "use": "sig", "alg": "EdDSA"} for row in rows]}


def resolve_user(iss, sub):
    """The users of the sign-in service are those whose names it gives."""
    return User.objects.filter(username=sub).first() if iss == LOGIN else None


ACCEPTED = {
    "ASSERTION_ISSUER": ISSUER,
    "ASSERTION_AUDIENCE": AUDIENCE,
    "ASSERTION_KEYS": jwks(one=PRIVATE),
    "RESOLVE_USER": "shop_mcp.tests.assertions.resolve_user",
}
URLS = "shop_mcp.tests.callers_urls"
accepting = override_settings(SHOP_MCP=ACCEPTED, ROOT_URLCONF=URLS)


def claims(sub="mia", login=LOGIN, **others):
    of_request = {"method": "GET", "path": "/api/orders/"}
    who = {"sub": sub, "sub_id": {"format": "iss_sub", "iss": login, "sub": sub}, "act": {"sub": "a-client"}}
    times = {"iat": NOW, "exp": NOW + 60, "jti": next(ids)}
    return {
        "iss": ISSUER, "aud": AUDIENCE, **who, "scope": "shop:read shop:write", **of_request, **times, **others
    }  # fmt: skip


def sign(key=PRIVATE, kid="one", typ="shop-assertion+jwt", alg="EdDSA", leave_out=None, **others):
    payload = {name: value for name, value in claims(**others).items() if name != leave_out}
    header = {"typ": typ} if kid is None else {"typ": typ, "kid": kid}
    return jwt.encode(payload, key, alg, headers=header)


@contextmanager
def clock(at):
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(at, tz)

    with ExitStack() as patched:
        patched.enter_context(mock.patch("jwt.api_jwt.datetime", Stopped))
        for module in ("assertions", "tokens"):
            patched.enter_context(mock.patch(f"shop_mcp.{module}.time", lambda: at))
        yield


def request(token, method="GET", path="/api/orders/", body=None, at=NOW, **headers):
    """The answer to a request with an assertion, at a time."""
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": next(ids), **headers}
    with clock(at):
        return APIClient().generic(method, path, body or "", "application/json", **headers)
