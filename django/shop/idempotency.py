"""The `Idempotency-Key` header: a write that is sent twice is done once.

A client that got no answer sends the same request again with the same key, and gets the answer
that was given the first time. Put `@idempotent` on a view's method; `write_endpoint` in views.py
does so for every write of the shop.
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

from shop import clock, versions
from shop.exceptions import IdempotencyKeyRequired, IdempotencyKeyReused
from shop.models import IdempotencyRecord

LIFETIME = timedelta(hours=24)


def idempotent(method):
    """Run a view's method once per user and Idempotency-Key; send the recorded answer after that.

    The method and the record of its answer share one transaction. An exception, such as a refusal,
    rolls both back, so that the key can be used again.
    """

    @wraps(method)
    def wrapper(view, request, *args, **kwargs):
        key, fingerprint = require_key(request), request_fingerprint(request)
        with transaction.atomic():
            record, created = get_or_create_record(request.user, key, fingerprint)
            if created:
                response = method(view, request, *args, **kwargs)
                record.status, record.body = response.status_code, JSONRenderer().render(response.data).decode()
                record.save()
                delete_expired_records()
            elif record.fingerprint != fingerprint:
                raise IdempotencyKeyReused
        answer = HttpResponse(record.body, status=record.status, content_type="application/json")
        version = json.loads(record.body).get("version")
        if version:
            answer["ETag"] = versions.etag(version)
        return answer

    return wrapper


def require_key(request):
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise IdempotencyKeyRequired
    return key


def request_fingerprint(request):
    """A digest of the method, the path and the body. The order of keys in the body does not matter."""
    return sha256("\n".join([request.method, request.path, canonical_body(request)]).encode()).hexdigest()


def canonical_body(request):
    """The body as JSON with its keys sorted. Raises what refuses a body that cannot be read."""
    try:
        return json.dumps(request.data, sort_keys=True)
    except RecursionError:
        raise ParseError("JSON parse error - Nested too deeply.") from None


def get_or_create_record(user, key, fingerprint):
    """Return `(record, created)` for a key that has not expired.

    The second of two simultaneous requests waits here until the transaction of the first ends: on
    PostgreSQL because of the unique constraint, on SQLite because transactions exclude each other.
    """
    now = clock.now()
    IdempotencyRecord.objects.filter(user=user, key=key, created_at__lt=now - LIFETIME).delete()
    return IdempotencyRecord.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )


def delete_expired_records():
    """Delete up to 1,000 records, skipping those that another transaction is deleting."""
    expired = IdempotencyRecord.objects.filter(created_at__lt=clock.now() - LIFETIME)
    unlocked = expired.select_for_update(skip_locked=True).values_list("pk", flat=True)[:1000]
    IdempotencyRecord.objects.filter(pk__in=list(unlocked)).delete()
