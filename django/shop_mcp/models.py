"""What the app stores: answers to writes, and which assertions were used."""

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


class UsedAssertion(models.Model):
    """The `jti` of an assertion that a POST or PATCH came with, as long as it could come again. See assertions.py."""

    jti = models.CharField(max_length=64, primary_key=True)
    expires_at = models.PositiveBigIntegerField(db_index=True)  # in seconds since 1970, as in the assertion
