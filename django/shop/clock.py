"""The current time, taken from here by everything in the app. Tests freeze it with the SHOP_CLOCK setting."""

from django.conf import settings
from django.utils import timezone


def now():
    """The current time as an aware datetime in UTC, or the value of SHOP_CLOCK."""
    return settings.SHOP_CLOCK or timezone.now()


def isoformat(instant):
    """A datetime in UTC as text for JSON columns, such as `2026-11-22T09:00:00Z`."""
    return instant.isoformat().replace("+00:00", "Z")
