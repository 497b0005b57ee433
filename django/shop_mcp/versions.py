"""Versions of orders and customers, and the `If-Match` header of a change.

`version` in an answer is opaque, and another one whenever anything else in the answer has changed. It is the
`ETag`, too. A client sends the version it has seen, so that it does not change what it has not seen.
"""

import json
from hashlib import sha256

from rest_framework.utils.encoders import JSONEncoder

from shop_mcp.exceptions import VersionMismatch


def digest(answer):
    """The version of what is answered so: it needs no column, and is the same for the same content."""
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=JSONEncoder)
    return sha256(text.encode()).hexdigest()[:16]


def etag(version):
    return f'"{version}"'


def require_match(request, version):
    """Raise `VersionMismatch` if there is an `If-Match` which does not name this version.

    The comparison is the strong one of RFC 9110, section 13.1.1: a weak `W/"…"` is never equal.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return
    tags = [tag.strip(" \t") for tag in header.split(",")]
    if tags != ["*"] and etag(version) not in tags:
        raise VersionMismatch
