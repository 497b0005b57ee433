"""The only thing that the app stores."""

from django.conf import settings
from django.db import models


class IdempotencyRecord(models.Model):
    """The answer to a write, for a client that sends the same write again. See idempotency.py."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)  # status and body are set before the transaction ends
    body = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="shop_mcp_one_record_per_key")]
