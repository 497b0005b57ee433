"""A write that is sent twice happens once: `@once` over a view's method is all it takes.

Whoever got no answer sends the same request with the same Idempotency-Key again, and gets the
answer that the first one was given.
"""

import json
import re
from datetime import timedelta
from functools import wraps
from hashlib import sha256

from django.db import transaction
from django.http import HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer

from shop import clock
from shop.exceptions import NoIdempotencyKey, Refused
from shop.models import IdempotencyRecord

LIFETIME = timedelta(hours=24)


def once(method):
    """The method runs once per user and Idempotency-Key, in a transaction together with the record
    of its answer. A refusal rolls both back, so that the key can be used again."""

    @wraps(method)
    def answer(view, request, *args, **kwargs):
        key, fingerprint = key_of(request), fingerprint_of(request)
        with transaction.atomic():
            record, is_new = claim(request.user, key, fingerprint)
            if is_new:
                response = method(view, request, *args, **kwargs)
                record.status, record.body = response.status_code, JSONRenderer().render(response.data).decode()
                record.save()
                forget_old_records()
            elif record.fingerprint != fingerprint:
                raise Refused("idempotency_key_reused", "This Idempotency-Key was used for another request.")
        return HttpResponse(record.body, status=record.status, content_type="application/json")

    return answer


def key_of(request):
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise NoIdempotencyKey
    return key


def fingerprint_of(request):
    """What makes a request the same one: method, path, and body whatever the order of its keys."""
    try:
        body = json.dumps(request.data, sort_keys=True)
    except RecursionError:
        raise ParseError("JSON parse error - Nested too deeply.") from None
    return sha256("\n".join([request.method, request.path, body]).encode()).hexdigest()


def claim(user, key, fingerprint):
    """The record of this key, and whether it is new. Of two at once the second waits for the first
    to end: on PostgreSQL the unique constraint makes it, on SQLite the transaction itself."""
    now = clock.now()
    IdempotencyRecord.objects.filter(user=user, key=key, created_at__lt=now - LIFETIME).delete()
    return IdempotencyRecord.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )


def forget_old_records():
    """Nobody waits here for another who is forgetting the same ones."""
    old = IdempotencyRecord.objects.filter(created_at__lt=clock.now() - LIFETIME)
    found = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:1000]
    IdempotencyRecord.objects.filter(pk__in=list(found)).delete()
