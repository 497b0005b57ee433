from rest_framework.exceptions import APIException


class Refused(APIException):
    """A request that is well formed and still refused: `{detail, code}`, in words and for programs."""

    status_code = 409

    def __init__(self, code, detail):
        super().__init__({"detail": detail, "code": code})


class NoIdempotencyKey(Refused):
    status_code = 400

    def __init__(self):
        super().__init__(
            "idempotency_key_required",
            "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
        )
