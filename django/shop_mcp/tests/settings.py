"""A project with nothing but the app and the shop of its tests."""

import os
import tempfile
from pathlib import Path

SECRET_KEY = "tests only"
USE_TZ = True
TIME_ZONE = "UTC"
ALLOWED_HOSTS = ["testserver", "localhost"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "shop_mcp",
    "shop_mcp.tests.bookshop",
]
ROOT_URLCONF = "shop_mcp.tests.bookshop.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "unused",
        "OPTIONS": {"timeout": 20},
        # A file, not an in-memory database: threads in tests have connections of their own.
        "TEST": {"NAME": Path(tempfile.gettempdir(), f"test-bookshop-{os.getpid()}.sqlite3")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SHOP_MCP = {
    "NAME": "Books",
    "CURRENCY": "EUR",
    "EVENTS": {
        "bookshop.Purchase": ("order", "pk"),
        "bookshop.Position": ("order", "purchase.pk"),
        "bookshop.Booking": ("order", "purchase_id"),
        "bookshop.Book": ("product", "isbn"),
    },
}
