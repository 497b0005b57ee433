"""As django-salesman's installation guide has it, with tokens. Lists are not paged unless a project says so."""

import os

SECRET_KEY = "of a test shop, which keeps no secrets"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    "salesman.core",
    "salesman.basket",
    "salesman.checkout",
    "salesman.orders",
    "shop",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
if page_size := os.environ.get("SHOP_PAGE_SIZE"):
    REST_FRAMEWORK |= {
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": int(page_size),
    }

SALESMAN_PRODUCT_TYPES = {
    "shop.Product": "shop.serializers.ProductSerializer",
    "shop.Variant": "shop.serializers.VariantSerializer",
}
SALESMAN_BASKET_MODIFIERS = ["shop.checkout.Tax", "shop.checkout.Shipping"]
SALESMAN_PAYMENT_METHODS = ["shop.checkout.PayInAdvance", "shop.checkout.PayByCard"]
if "SHOP_LOCAL_PRICES" in os.environ:
    SALESMAN_PRICE_FORMATTER = "shop.checkout.local_price"
