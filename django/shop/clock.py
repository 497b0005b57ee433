"""The one place that knows what time it is, so that a proof can hold it still."""

from django.conf import settings
from django.utils import timezone


def now():
    """The present instant in UTC, or the one that the setting SHOP_CLOCK holds."""
    return settings.SHOP_CLOCK or timezone.now()


def written(instant):
    """An instant in UTC as JSON has it: `2026-11-22T09:00:00Z`."""
    return instant.isoformat().replace("+00:00", "Z")
