"""Errors that are answered with `{"detail": …, "code": …}`.

`detail` is a sentence for people, `code` a constant for programs.

    CodedError
        RuleViolation           409, raised by your rules
        IdempotencyKeyReused    409, raised by idempotency.py
        IdempotencyKeyRequired  400, raised by idempotency.py
        VersionMismatch         412, raised by versions.py
        PreviewImpossible       501, raised by previews.py
        InsufficientScope       403, raised by assertions.py and tokens.py
        UnmappedCaller          403, raised by assertions.py
        KeysUnreachable         503, raised by assertions.py
    AssertionRefused            401, raised by assertions.py
"""

from rest_framework.exceptions import APIException, AuthenticationFailed


class CodedError(APIException):
    def __init__(self, code, detail):
        super().__init__({"detail": detail, "code": code})


class RuleViolation(CodedError):
    """A well-formed request that a rule of the shop forbids: `RuleViolation("packed", "It is packed already.")`."""

    status_code = 409


class IdempotencyKeyReused(CodedError):
    status_code = 409

    def __init__(self):
        super().__init__("idempotency_key_reused", "This Idempotency-Key was used for another request.")


class IdempotencyKeyRequired(CodedError):
    status_code = 400

    def __init__(self):
        super().__init__(
            "idempotency_key_required",
            "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
        )


class VersionMismatch(CodedError):
    status_code = 412

    def __init__(self):
        super().__init__(
            "version_mismatch",
            "It has changed since: this is no longer the version that If-Match names.",
        )


class PreviewImpossible(CodedError):
    status_code = 501

    def __init__(self, detail):
        super().__init__("preview_impossible", detail)


class InsufficientScope(CodedError):
    status_code = 403

    def __init__(self, scope):
        super().__init__("insufficient_scope", f"It needs the scope {scope}, which was not granted.")


class UnmappedCaller(CodedError):
    status_code = 403

    def __init__(self):
        super().__init__("unmapped_caller", "This shop has no active account that belongs to this sign-in.")


class KeysUnreachable(CodedError):
    status_code = 503
    wait = 10  # seconds, as Retry-After

    def __init__(self):
        super().__init__("keys_unreachable", "The public keys of the MCP server cannot be read now.")


class AssertionRefused(AuthenticationFailed):
    """No `CodedError`, since DRF sends `WWW-Authenticate` with its own class alone."""

    def __init__(self, code, detail):
        super().__init__({"detail": detail, "code": code})
