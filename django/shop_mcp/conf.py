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
}


def setting(name):
    """The value of SHOP_MCP[name]."""
    return getattr(settings, "SHOP_MCP", {}).get(name, DEFAULTS[name])


def now():
    """The current time, as an aware datetime."""
    return import_string(setting("CLOCK"))()
