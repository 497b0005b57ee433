"""`AssertionAuthentication`: the MCP server acts for a caller, whose own token it never passes on.

    SHOP_MCP = {
        "ASSERTION_ISSUER": "https://mcp.shop.example",
        "ASSERTION_AUDIENCE": "https://shop.example",
        "RESOLVE_USER": "accounts.callers.resolve_user",
    }
    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["shop_mcp.assertions.AssertionAuthentication", ...],
    }

The server signs for each request, anew for each attempt, whom it acts for. The assertion is a JWT:

    alg, kid, typ   EdDSA, one of the server's public keys, shop-assertion+jwt
    iss, aud        the server, this shop
    sub             the caller's subject; `sub_id` has it with the issuer that it is a subject of (RFC 9493)
    scope           what the caller has granted: shop:read, shop:write
    act             the client that the caller uses (RFC 8693)
    method, path    of the request
    iat, exp, jti   60 seconds at most, with 10 of leeway; a POST or PATCH uses it up

`resolve_user(iss, sub)` of yours gives the user that a caller is, or None. The default knows the shop's own users by the
names they sign in with, of the issuer SHOP_MCP["TOKEN_ISSUER"] (see tokens.py). Without PyJWT (`pip install
"PyJWT[crypto]>=2.14"`) the app works, but for this class.
"""

import logging
from functools import cache
from time import monotonic, time
from urllib.parse import unquote

from django.contrib.auth import get_user_model
from django.db import IntegrityError, router, transaction
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS

from shop_mcp.conf import setting
from shop_mcp.exceptions import AssertionRefused, InsufficientScope, KeysUnreachable, UnmappedCaller
from shop_mcp.idempotency import delete_some
from shop_mcp.models import UsedAssertion

logger = logging.getLogger(__name__)

TYPE = "shop-assertion+jwt"
LIFETIME, LEEWAY = 60, 10  # seconds
KEYS_OUTLIVE = 3600  # seconds; the address that they were read at
REQUIRED = ["iss", "aud", "sub", "sub_id", "scope", "method", "path", "iat", "exp", "jti"]
READ, WRITE = "shop:read", "shop:write"


class AssertionAuthentication(BaseAuthentication):
    """Other tokens are left to other classes. `request.auth` has the claims."""

    def authenticate_header(self, request):
        return "Bearer"

    def authenticate(self, request):
        token = assertion_of(request)
        if token is None:
            return None
        claims = verified_claims(token)
        require_request(claims, request)
        require_scope(claims, request)
        user = user_of(claims)
        if request.method in ("POST", "PATCH"):
            use_up(claims)
        return user, claims


def assertion_of(request):
    """The assertion that a request comes with, None if there is none or another token."""
    import jwt

    scheme, _, token = get_authorization_header(request).partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    try:
        return token if jwt.get_unverified_header(token).get("typ") == TYPE else None
    except jwt.InvalidTokenError:
        return None


def verified_claims(token):
    """The claims, once the signature, the issuer, the audience and the times are right."""
    import jwt

    try:
        claims = jwt.decode(
            token,
            signing_key(jwt.get_unverified_header(token).get("kid")),
            algorithms=["EdDSA"],
            issuer=required("ASSERTION_ISSUER"),
            audience=required("ASSERTION_AUDIENCE"),
            leeway=LEEWAY,
            options={"require": REQUIRED, "strict_aud": True},
        )
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        what = "has expired" if isinstance(error, jwt.ExpiredSignatureError) else "is from the future"
        detail = f"The assertion {what}: the clocks of the shop and of the MCP server differ, or it is an old one."
        raise AssertionRefused("assertion_time", detail) from None
    except jwt.InvalidTokenError as error:
        raise AssertionRefused("assertion_invalid", f"The assertion is not valid: {error}.") from None
    if not well_formed(claims):
        raise AssertionRefused("assertion_invalid", "The assertion is not valid: its claims are not what they should be.")
    return claims


def well_formed(claims):
    text, who = ("sub", "scope", "method", "path", "jti"), claims["sub_id"]
    return (
        all(isinstance(claims[name], str) and claims[name] for name in text)
        and len(claims["jti"]) <= UsedAssertion._meta.pk.max_length
        and claims["exp"] - claims["iat"] <= LIFETIME
        and isinstance(who, dict)
        and who.get("format") == "iss_sub"
        and who.get("sub") == claims["sub"]
        and isinstance(who.get("iss"), str)
        and bool(who["iss"])
    )


def require_request(claims, request):
    """Refuse an assertion that was made for another request. Paths are compared as Django reads them: decoded."""
    if (claims["method"], unquote(claims["path"])) != (request.method, request.path):
        raise AssertionRefused("assertion_request", "The assertion is for another request.")


def require_scope(claims, request):
    granted = claims["scope"].split()
    if WRITE not in granted and (READ not in granted or request.method not in SAFE_METHODS):
        raise InsufficientScope(READ if request.method in SAFE_METHODS else WRITE)


def user_of(claims):
    user = import_string(required("RESOLVE_USER"))(claims["sub_id"]["iss"], claims["sub"])
    if user is None or not user.is_active:
        raise UnmappedCaller
    return user


def resolve_own_user(iss, sub):
    """A user of this shop by the name they sign in with, where the shop itself is who vouches for them."""
    users = get_user_model()
    if not iss or iss != setting("TOKEN_ISSUER"):
        return None
    return users._default_manager.filter(**{users.USERNAME_FIELD: sub}).first()


def use_up(claims):
    """Refuse an assertion that a write came with before: of two at once, the unique key refuses one.

    With ATOMIC_REQUESTS, a request that is rolled back uses nothing up: it has done nothing.
    """
    used = UsedAssertion.objects.using(router.db_for_write(UsedAssertion))
    try:
        with transaction.atomic(using=used.db):
            used.create(jti=claims["jti"], expires_at=claims["exp"] + LEEWAY)
    except IntegrityError:
        raise AssertionRefused("assertion_used", "The assertion was used before.") from None
    delete_some(used.filter(expires_at__lt=int(time())))


def required(name):
    value = setting(name)
    if not value:
        raise AssertionRefused("assertion_unknown", f'This shop takes no assertions: SHOP_MCP["{name}"] is not set.')
    return value


# The server's public keys.


def signing_key(kid):
    """One of the server's keys. Those at an address are read again every five minutes, and at once for a `kid` that is
    not among them, but then not again within thirty seconds: anybody can send one. So publish a key before it signs."""
    import jwt

    source = setting("ASSERTION_KEYS") or f"{required('ASSERTION_ISSUER')}/.well-known/jwks.json"
    try:
        if isinstance(source, str):
            return keys_at(source).get_signing_key(kid)
        return jwt.PyJWKSet.from_dict(source)[kid]
    except jwt.PyJWKClientConnectionError as error:
        logger.error("The public keys of the MCP server cannot be read at %s: %s", source, error)
        raise KeysUnreachable from None
    except (jwt.PyJWKClientError, jwt.PyJWKSetError, KeyError):
        detail = "The assertion is signed with a key that this shop does not know."
        raise AssertionRefused("assertion_key", detail) from None


@cache
def keys_at(address):
    import jwt

    class Keys(jwt.PyJWKClient):
        """What was read last goes on for an hour where nothing can be read."""

        known, read_at = None, 0

        def fetch_data(self):
            try:
                self.known = super().fetch_data()
                self.read_at = monotonic()
            except jwt.PyJWKClientConnectionError:
                if self.known is None or monotonic() - self.read_at > KEYS_OUTLIVE:
                    raise
            return self.known

    return Keys(address, timeout=3)
