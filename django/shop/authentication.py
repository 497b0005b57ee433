"""`Authorization: Bearer KEY` beside DRF's `Authorization: Token KEY`. Named in REST_FRAMEWORK in the settings."""

from drf_spectacular.authentication import TokenScheme
from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    """DRF's tokens, under the keyword that OAuth clients send."""

    keyword = "Bearer"


class BearerScheme(TokenScheme):
    """Gives `BearerAuthentication` an entry of its own in the OpenAPI document."""

    target_class = BearerAuthentication
    name = "bearerAuth"
    priority = 0
