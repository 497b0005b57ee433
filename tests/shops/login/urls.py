from django.conf import settings
from django.urls import include, path
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.views import LoginView as KnoxLogin
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt import views as simplejwt
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import SlidingToken


class Search(APIView):
    permission_classes = []

    def get(self, request):
        return Response([{"id": 1, "name": f"Cup for {request.user.username or 'everybody'}"}])


class Status(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request, order_id):
        return Response({"status": "shipped", "order_number": request.user.username})


class SlidingAuthentication(JWTAuthentication):
    def get_validated_token(self, raw_token):
        return SlidingToken(raw_token)


def shop(name, authentication, *logins):
    """A shop at /NAME/ whose views authenticate like this."""
    by = {"authentication_classes": authentication}
    views = [
        path("api/products/search/", Search.as_view(**by)),
        path("api/orders/<order_id>/status/", Status.as_view(**by)),
    ]
    return path(f"{name}/", include([*views, *logins]))


dj_rest_auth = JWTAuthentication if settings.OTHER else TokenAuthentication
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
    shop("dj-rest-auth", [dj_rest_auth], path("auth/", include("dj_rest_auth.urls"))),
    shop("drf", [SessionAuthentication, TokenAuthentication], path("api-token-auth/", obtain_auth_token)),
    shop("knox", [KnoxAuthentication], path("auth/login/", KnoxLogin.as_view(authentication_classes=[BasicAuthentication]))),
]
