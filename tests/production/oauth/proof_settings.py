"""The settings of the reference shop as authorization server, where clients publish their metadata on loopback.

The real fetcher of django-oauth-toolkit takes https addresses of public hosts alone, which a test has not.
"""

import json
import os

from project.oauth_settings import *  # noqa: F403
from project.oauth_settings import OAUTH2_PROVIDER, SHOP_MCP

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Documents:
    """The metadata documents of the clients of a test, by their address."""

    def fetch(self, client_id):
        from oauth2_provider.cimd import CIMDError

        documents = json.loads(os.environ["CLIENT_DOCUMENTS"])
        if client_id not in documents:
            raise CIMDError("nothing is there")
        return {**documents[client_id], "client_id": client_id}, 600


OAUTH2_PROVIDER = {**OAUTH2_PROVIDER, "CIMD_METADATA_FETCHER": "proof_settings.Documents"}

# Shoppers are signed in by the shop's session, or by its own JWT.
SHOP_MCP = {
    **SHOP_MCP,
    "TOKEN_AUTHENTICATION": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework_simplejwt.authentication.JWTAuthentication",
    ],
}
