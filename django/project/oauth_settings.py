"""The reference shop as its own OAuth authorization server, by django-oauth-toolkit, for callers of an MCP server.

    DJANGO_SETTINGS_MODULE=project.oauth_settings   beside the variables of settings.py, of which TOKEN_ISSUER is this
                                                    site's own address; and pip install -r requirements-oauth.txt

The MCP server looks tokens up (RFC 7662) as a client of its own:

    manage.py createapplication confidential client-credentials --client-id shop-mcp --client-secret …

Clients need no registration: they name themselves by the address of their metadata (Client ID Metadata Documents).
"""

import os

from project.settings import *  # noqa: F403
from project.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.sessions", "project", "oauth2_provider"]
MIDDLEWARE = [
    *MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
ROOT_URLCONF = "project.oauth_urls"
LOGIN_URL = "/login/"

OAUTH2_PROVIDER = {
    "OIDC_ISS_ENDPOINT": os.environ["TOKEN_ISSUER"],  # the issuer, of OAuth, too
    "SCOPES": {
        "shop:read": "See your orders, your address and how you pay",
        "shop:write": "Change and cancel your orders, and write to the shop",
        "introspection": "Look up tokens",
    },
    "DEFAULT_SCOPES": ["shop:read"],
    "CIMD_ENABLED": True,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "PKCE_REQUIRED": True,
    "ALLOW_URI_WILDCARDS": False,
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token", "client_credentials"],
    # RFC 9700 and RFC 9207: no old ways, and the issuer named in each answer.
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
}
