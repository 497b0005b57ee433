"""The setting SHOP_MCP, a dict. Whatever it does not name has the value of `DEFAULTS`."""

from django.conf import settings
from django.utils.module_loading import import_string

DEFAULTS = {
    "NAME": "Shop",  # of the shop
    "CURRENCY": None,  # ISO 4217, of prices whose model has none; None: they are sent without
    "POLICIES": {},  # text by title, such as {"returns": "Within 30 days."}
    "SUPPORT_HOURS": "",
    "KEY_LIFETIME": 24 * 60 * 60,  # seconds for which an Idempotency-Key is remembered
    "CLOCK": "django.utils.timezone.now",  # gives the time as an aware datetime
    # For assertions.py: who signs them, for which shop, and with which keys
    "ASSERTION_ISSUER": None,  # the MCP server, as its SHOP_MCP_PUBLIC_URL: "https://mcp.shop.example"
    "ASSERTION_AUDIENCE": None,  # this shop, as the DJANGO_API_BASE of the server: "https://shop.example"
    "ASSERTION_KEYS": None,  # a JWKS, or its address; None: /.well-known/jwks.json of the issuer
    "RESOLVE_USER": "shop_mcp.assertions.resolve_own_user",  # from a caller's issuer and subject to a user, or None
    # For tokens.py: who vouches for the shop's own users, to which MCP server, and with which keys
    "TOKEN_ISSUER": None,  # the SHOP_MCP_OAUTH_ISSUER of the server: "https://shop.example"
    "TOKEN_AUDIENCE": None,  # its SHOP_MCP_PUBLIC_URL: "https://mcp.shop.example/mcp"
    "TOKEN_KEY": None,  # an Ed25519 private key as PEM; or several: the first signs, and all are published
    "TOKEN_AUTHENTICATION": ["rest_framework.authentication.SessionAuthentication"],  # by which shoppers are signed in
    # For events.py and webhooks.py: where orders and products that change are reported to
    "WEBHOOK_URL": None,  # of the MCP server: "https://mcp.shop.example/hooks/shop"; None: nothing is reported
    "WEBHOOK_SECRET": None,  # its SHOP_MCP_WEBHOOK_SECRET; or several, while it is replaced
    "EVENTS": {},  # what reports itself, by model: {"shop.Parcel": ("order", "order.number")}
    "EVENT_LIFETIME": 3 * 24 * 60 * 60,  # seconds for which an event is sent again, and is kept afterwards
    # For testing.py: the command that plays stories
    "STORIES": None,  # ["bun", "--no-env-file", "/path/to/django-shop-mcp/scripts/stories.ts"]; None: npx, as default_command()
}


def setting(name):
    """The value of SHOP_MCP[name]."""
    return getattr(settings, "SHOP_MCP", {}).get(name, DEFAULTS[name])


def now():
    """The current time, as an aware datetime."""
    return import_string(setting("CLOCK"))()
