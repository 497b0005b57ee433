"""The `Idempotency-Key` header: a write that is sent twice is done once.

A client that got no answer sends the same request again with the same key, and gets the answer
that was given the first time. `@change` does so for every change of an order; for other writes, put
`@idempotent` on the view's method:

    class AddressView(APIView):
        permission_classes = [IsAuthenticated]

        @idempotent
        def patch(self, request): ...
"""

import json
import re
from datetime import timedelta
from functools import wraps
from hashlib import sha256

from django.db import connections, router, transaction
from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.status import is_success

from shop_mcp import conf, versions
from shop_mcp.exceptions import IdempotencyKeyRequired, IdempotencyKeyReused
from shop_mcp.models import IdempotencyRecord


def idempotent(method):
    """Run a view's method once per user and Idempotency-Key; send the recorded answer after that.

    The method and the record of its answer share one transaction. An exception, or an answer that is
    not 2xx, rolls both back, so that the key can be used again.
    """

    @wraps(method)
    def wrapper(view, request, *args, **kwargs):
        if not request.user.is_authenticated:
            raise NotAuthenticated
        key, fingerprint = require_key(request), request_fingerprint(request)
        using = router.db_for_write(IdempotencyRecord)
        with transaction.atomic(using=using):
            record, created = get_or_create_record(request.user, key, fingerprint)
            if created:
                response = method(view, request, *args, **kwargs)
                if not is_success(response.status_code):
                    transaction.set_rollback(True, using=using)
                    return response
                record.status, record.body = response.status_code, JSONRenderer().render(response.data).decode()
                record.save()
                delete_some(IdempotencyRecord.objects.using(using).filter(created_at__lt=oldest()))
            elif record.fingerprint != fingerprint:
                raise IdempotencyKeyReused
        return recorded_answer(record)

    return wrapper


def recorded_answer(record):
    answer = HttpResponse(record.body, status=record.status, content_type="application/json")
    data = json.loads(record.body or "null")
    if isinstance(data, dict) and data.get("version"):
        answer["ETag"] = versions.etag(data["version"])
    return answer


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


def oldest():
    """When the oldest record that still counts was made."""
    return conf.now() - timedelta(seconds=conf.setting("KEY_LIFETIME"))


def get_or_create_record(user, key, fingerprint):
    """Return `(record, created)` for a key that has not expired.

    The second of two simultaneous requests waits here until the transaction of the first ends: on
    PostgreSQL because of the unique constraint, on SQLite because transactions that write exclude each
    other. The first statement is a write, so that SQLite takes its lock before anything is read.
    """
    expired = IdempotencyRecord.objects.filter(user=user, key=key, created_at__lt=oldest())
    expired._raw_delete(router.db_for_write(IdempotencyRecord))  # delete() reads first where a signal listens
    return IdempotencyRecord.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint, "created_at": conf.now()}
    )


def delete_some(expired):
    """Delete up to 1,000 of these rows, skipping those that another transaction is deleting."""
    rows = expired
    with transaction.atomic(using=expired.db):
        if connections[expired.db].features.has_select_for_update_skip_locked:
            rows = expired.select_for_update(skip_locked=True)
        expired.model.objects.using(expired.db).filter(pk__in=list(rows.values_list("pk", flat=True)[:1000])).delete()
