"""
Shops of which only the login is of interest: one path each, with the views of the packages from PyPI as they come.

    python shop.py DATABASE [jwt]    prints a JSON line with its port; "jwt" is the other half of the settings

GET /__requests/ gives back which paths were requested, and forgets them.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

sys.modules["shop"] = sys.modules[__name__]  # as Django imports it
DATABASE, IS_JWT = sys.argv[1], "jwt" in sys.argv[2:]
settings.configure(
    SECRET_KEY="no secret, and as long as HS256 wants it",
    ROOT_URLCONF="shop",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE, "OPTIONS": {"timeout": 20}}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    MIDDLEWARE=["shop.record"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rest_framework",
        "rest_framework.authtoken",
        "rest_framework_simplejwt.token_blacklist",
        "dj_rest_auth",
        "djoser",
        "knox",
    ],
    SIMPLE_JWT={
        "AUTH_HEADER_TYPES": ("JWT",) if IS_JWT else ("Bearer",),
        "ROTATE_REFRESH_TOKENS": True,
        "BLACKLIST_AFTER_ROTATION": True,
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),
    },
    REST_AUTH={"USE_JWT": IS_JWT, "JWT_AUTH_HTTPONLY": True, "JWT_AUTH_COOKIE": "access", "JWT_AUTH_REFRESH_COOKIE": "refresh", "SESSION_LOGIN": False},
    DJOSER={"LOGIN_FIELD": "email" if IS_JWT else "username"},
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from knox.auth import TokenAuthentication as KnoxAuthentication  # noqa: E402
from knox.views import LoginView as KnoxLogin  # noqa: E402
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication  # noqa: E402
from rest_framework.authtoken.views import obtain_auth_token  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt import views as simplejwt  # noqa: E402
from rest_framework_simplejwt.authentication import JWTAuthentication  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken, SlidingToken  # noqa: E402

requested = []


def record(get_response):
    def answer(request):
        if request.path == "/__requests/":
            paths, requested[:] = list(requested), []
            return JsonResponse(paths, safe=False)
        requested.append(request.path)
        return get_response(request)

    return answer


class Search(APIView):
    permission_classes = []

    def get(self, request):
        return Response([{"id": 1, "name": f"Cup for {request.user.username or 'everybody'}"}])


class Status(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request, order_id):
        return Response({"status": "shipped", "order_id": order_id})


class SlidingAuthentication(JWTAuthentication):
    def get_validated_token(self, raw_token):
        return SlidingToken(raw_token)


def shop(name, authentication, *logins):
    """A shop at /NAME/, whose views authenticate like this."""
    by = {"authentication_classes": authentication}
    views = [
        path("api/products/search/", Search.as_view(**by)),
        path("api/orders/<order_id>/status/", Status.as_view(**by)),
    ]
    return path(f"{name}/", include([*views, *logins]))


urlpatterns = [
    shop(
        "simplejwt",
        [JWTAuthentication, SessionAuthentication],
        path("api/token/", simplejwt.TokenObtainPairView.as_view()),
        path("api/token/refresh/", simplejwt.TokenRefreshView.as_view()),
    ),
    shop(
        "sliding",
        [SlidingAuthentication],
        path("api/token/", simplejwt.TokenObtainSlidingView.as_view()),
        path("api/token/refresh/", simplejwt.TokenRefreshSlidingView.as_view()),
    ),
    shop("djoser", [JWTAuthentication], path("auth/", include("djoser.urls.jwt"))),
    shop("djoser-token", [TokenAuthentication], path("auth/", include("djoser.urls.authtoken"))),
    shop("dj-rest-auth", [JWTAuthentication if IS_JWT else TokenAuthentication], path("auth/", include("dj_rest_auth.urls"))),
    shop("drf", [SessionAuthentication, TokenAuthentication], path("api-token-auth/", obtain_auth_token)),
    shop("knox", [KnoxAuthentication], path("login/", KnoxLogin.as_view(authentication_classes=[BasicAuthentication]))),
]


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def main():
    from django.core.wsgi import get_wsgi_application

    Path(DATABASE).unlink(missing_ok=True)
    call_command("migrate", verbosity=0, run_syncdb=True)
    mia = User.objects.create_user("mia", "mia@shop.example", "correct horse")
    User.objects.create_user("gone", "gone@shop.example", "correct horse", is_active=False)
    expired = AccessToken.for_user(mia)
    expired.set_exp(lifetime=-timedelta(hours=1))
    server = make_server("127.0.0.1", 0, get_wsgi_application(), ThreadingServer, Quiet)
    print(json.dumps({"port": server.server_port, "expired": str(expired)}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
