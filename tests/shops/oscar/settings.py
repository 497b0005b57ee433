"""
A django-oscar shop with django-oscar-api's own urls: its defaults, tokens of DRF, and VAT of 21 %.

SHOP_PAGINATION and SHOP_PAGE_SIZE serve its lists in pages of DRF; without them they come whole, as
django-oscar-api has them. SHOP_MORE_FIELDS adds the fields that the note of dialects/oscar.ts advises, and prices.
"""

import os

from oscar import INSTALLED_APPS as OSCAR_APPS
from oscar.defaults import *  # noqa: F403

SECRET_KEY = "of a shop that only tests visit"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
SITE_ID = 1
ROOT_URLCONF = "urls"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"

INSTALLED_APPS = [
    *[app.replace("oscar.apps.partner.", "partner.") for app in OSCAR_APPS],
    "oscarapi",
    "rest_framework",
    "rest_framework.authtoken",
]
MIGRATION_MODULES = {"partner": "oscar.apps.partner.migrations"}
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "oscarapi.middleware.HeaderSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    }
]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
if pagination := os.environ.get("SHOP_PAGINATION"):
    REST_FRAMEWORK |= {
        "DEFAULT_PAGINATION_CLASS": f"rest_framework.pagination.{pagination}",
        "PAGE_SIZE": int(os.environ["SHOP_PAGE_SIZE"]),
    }
if os.environ.get("SHOP_MORE_FIELDS"):
    OSCARAPI_OVERRIDE_MODULES = ["overrides"]
    OSCARAPI_CHILDPRODUCTDETAIL_FIELDS = (  # without some of the defaults
        *("url", "id", "upc", "title", "attributes", "price", "availability", "is_public"),
    )
    OSCARAPI_ORDERLINE_FIELDS = (  # those of django-oscar-api, and the title
        *("attributes", "url", "product", "stockrecord", "quantity", "price_currency", "price_excl_tax"),
        *("price_incl_tax", "price_incl_tax_excl_discounts", "price_excl_tax_excl_discounts", "order", "title"),
    )

OSCAR_DEFAULT_CURRENCY = "EUR"
# The pipeline of oscar's sandbox, after what django-oscar-api calls a new order.
OSCAR_ORDER_STATUS_PIPELINE = {
    "new": ("Pending", "Being processed", "Cancelled"),
    "Pending": ("Being processed", "Cancelled"),
    "Being processed": ("Complete", "Cancelled"),
    "Complete": (),
    "Cancelled": (),
}
