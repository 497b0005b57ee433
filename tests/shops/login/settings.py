"""
Shops of which only the login is of interest, each at a path of its own: the views of simplejwt, djoser, dj-rest-auth,
Django REST framework and knox as they come. SHOP_OTHER_SETTINGS=1 serves them with the other half of their settings.
"""

import os
from datetime import timedelta

OTHER = "SHOP_OTHER_SETTINGS" in os.environ

SECRET_KEY = "of a shop that only tests visit, and as long as HS256 wants it"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"], "OPTIONS": {"timeout": 20}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_simplejwt.token_blacklist",
    "dj_rest_auth",
    "djoser",
    "knox",
]
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}
SIMPLE_JWT = {
    "AUTH_HEADER_TYPES": ("JWT",) if OTHER else ("Bearer",),
    "ROTATE_REFRESH_TOKENS": not OTHER,
    "BLACKLIST_AFTER_ROTATION": not OTHER,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
}
REST_AUTH = {
    "USE_JWT": OTHER,
    "JWT_AUTH_HTTPONLY": True,
    "JWT_AUTH_COOKIE": "access",
    "JWT_AUTH_REFRESH_COOKIE": "refresh",
    "SESSION_LOGIN": False,
}
DJOSER = {"LOGIN_FIELD": "email" if OTHER else "username"}
