"""What the app stores: answers to writes, which assertions were used, and events to be sent."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone


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


class Event(models.Model):
    """An order or a product that has changed, for the MCP server. Written by events.py, sent by webhooks.py."""

    class Type(models.TextChoices):
        ORDER = "order.changed"
        PRODUCT = "product.changed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)  # the same at each attempt
    type = models.CharField(max_length=20, choices=Type.choices)
    subject = models.TextField()  # the id of the order or product
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, null=True, db_index=True)  # null: it is settled
    settled_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(default="", blank=True)  # of the last attempt, or why it is given up; empty: delivered

    @property
    def id_name(self):
        return self.type.replace(".changed", "_id")

    def __str__(self):
        return f"{self.type} {self.subject}"
