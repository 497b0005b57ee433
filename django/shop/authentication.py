from drf_spectacular.authentication import TokenScheme
from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    """The same keys under the keyword that OAuth clients send."""

    keyword = "Bearer"


class BearerScheme(TokenScheme):
    """How the OpenAPI document tells the two keywords apart."""

    target_class = BearerAuthentication
    name = "bearerAuth"
    priority = 0
