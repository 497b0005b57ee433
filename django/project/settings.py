"""Settings of the reference shop.

Environment variables configure a deployment:

    DATABASE_URL          sqlite:///PATH or postgres://…   (default: db.sqlite3 beside manage.py)
    DJANGO_SECRET_KEY     (default: random per process; nothing that is signed lives longer)
    DJANGO_DEBUG          1 for Django's error pages       (default: off)
    DJANGO_ALLOWED_HOSTS  host names, separated by commas  (default: loopback only)
    SUPPORT_EMAIL         the recipient of support requests
                                                           (default: support@localhost)
    DEFAULT_FROM_EMAIL    the sender of those mails        (default: SUPPORT_EMAIL)
    EMAIL_URL             how mail is sent: console:, file:///FOLDER, smtp://USER:PASSWORD@HOST:PORT,
                          submission://… (STARTTLS) or smtps://…  (default: console:)
    ASSERTION_ISSUER      an MCP server that acts for its callers, such as https://mcp.shop.example
    ASSERTION_AUDIENCE    this shop, as that server has it in DJANGO_API_BASE
    ASSERTION_KEYS        its public keys: a JWKS, or its address
                                                           (default: the issuer's /.well-known/jwks.json)
    TOKEN_ISSUER          who vouches for the shop's own users, such as https://shop.example
    TOKEN_AUDIENCE        the MCP server, as its SHOP_MCP_PUBLIC_URL
    TOKEN_KEY             the key that signs tokens for it: openssl genpkey -algorithm ed25519
    WEBHOOK_URL           where orders and products that change are reported to, such as
                          https://mcp.shop.example/hooks/shop     (default: nowhere)
    WEBHOOK_SECRET        the SHOP_MCP_WEBHOOK_SECRET of that server
    MEDIA_ROOT            the folder with the pictures of products, served at /media/
                                                           (default: mocks/pictures of the repository)
    SHOP_CLOCK            freezes the clock at a time such as 2026-11-22T09:00:00Z, for tests
                                                           (default: the real time)
    SHOP_URLCONF          project.tutorial_urls serves the same shop with another API
                                                           (default: project.urls)
"""

import json
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG", "").lower() in ("1", "true", "yes", "on")
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "shop_mcp",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# A redirect to the path with a slash would lose the body of a POST, so a path without one is a 404.
APPEND_SLASH = False

ROOT_URLCONF = os.environ.get("SHOP_URLCONF", "project.urls")
WSGI_APPLICATION = "project.wsgi.application"

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}", conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite has no row locks. An immediate transaction takes the lock of the database when it begins,
    # and waits for it. A deferred one that reads before it writes fails if another has written meanwhile:
    # https://www.sqlite.org/lang_transaction.html
    DATABASES["default"].setdefault("OPTIONS", {}).update(transaction_mode="IMMEDIATE", timeout=20)
    # A file, not an in-memory database: threads in tests have connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": Path(tempfile.gettempdir(), f"test-shop-{os.getpid()}.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_URL = "/media/"
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", BASE_DIR.parent / "mocks" / "pictures")

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False  # error messages are part of the contract, so they are not translated

SHOP_CLOCK = os.environ.get("SHOP_CLOCK") and datetime.fromisoformat(os.environ["SHOP_CLOCK"]).astimezone(UTC)

SUPPORT_EMAIL = os.environ.get("SUPPORT_EMAIL", "support@localhost")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", SUPPORT_EMAIL)
EMAIL_URL = urlsplit(os.environ.get("EMAIL_URL", "console:"))
EMAIL_BACKEND, EMAIL_PORT = {
    "console": ("django.core.mail.backends.console.EmailBackend", None),
    "file": ("django.core.mail.backends.filebased.EmailBackend", None),
    "smtp": ("django.core.mail.backends.smtp.EmailBackend", 25),
    "submission": ("django.core.mail.backends.smtp.EmailBackend", 587),
    "smtps": ("django.core.mail.backends.smtp.EmailBackend", 465),
}[EMAIL_URL.scheme]
EMAIL_FILE_PATH = unquote(EMAIL_URL.path)
EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or EMAIL_PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_URL.scheme == "submission", EMAIL_URL.scheme == "smtps"
EMAIL_TIMEOUT = 5  # seconds; the customer waits for it

# Errors are logged to stderr: a mail that could not be sent, an exception that became a 500.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "level": "INFO" if DEBUG else "ERROR"}},
    "loggers": {"django": {"handlers": ["stderr"]}, "shop": {"handlers": ["stderr"]}},
}

# The app uses the clock of the shop, so that tests can freeze both.
SHOP_MCP = {"CLOCK": "shop.clock.now"}
for name in ("ASSERTION_ISSUER", "ASSERTION_AUDIENCE", "TOKEN_ISSUER", "TOKEN_AUDIENCE", "TOKEN_KEY"):
    SHOP_MCP[name] = os.environ.get(name)
ASSERTION_KEYS = os.environ.get("ASSERTION_KEYS", "")
SHOP_MCP["ASSERTION_KEYS"] = json.loads(ASSERTION_KEYS) if ASSERTION_KEYS.startswith("{") else ASSERTION_KEYS
SHOP_MCP["WEBHOOK_URL"] = os.environ.get("WEBHOOK_URL") or None
SHOP_MCP["WEBHOOK_SECRET"] = os.environ.get("WEBHOOK_SECRET")
SHOP_MCP["EVENTS"] = {
    "shop.Order": ("order", "order_id"),
    "shop.Line": ("order", "order_id"),
    "shop.Payment": ("order", "order_id"),
    "shop.Shipment": ("order", "order_id"),
    "shop.Product": ("product", "product_id"),
    "shop.Item": ("product", "product_id"),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "shop.authentication.BearerAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is not allowed
    "URL_FORMAT_OVERRIDE": None,  # ?format= is ignored
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
if SHOP_MCP["ASSERTION_ISSUER"]:
    # Second: the first class decides what a request without a token is told, the last refuses what it does not know.
    REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"].insert(1, "shop_mcp.assertions.AssertionAuthentication")
SPECTACULAR_SETTINGS = {
    "TITLE": "Shop",
    "DESCRIPTION": "Product search, orders and customers of a small shop.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,  # the fields of a PATCH body are required here
    "ENUM_NAME_OVERRIDES": {
        "OrderStatusEnum": "shop.models.Order.Status",
        "PaymentKindEnum": "shop.models.Payment.Kind",
        "PaymentMethodKindEnum": "shop.models.PaymentMethod.Kind",
    },
}
