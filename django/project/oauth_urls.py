"""The URLs of oauth_settings.py: the shop, its login, OAuth, and tokens for shoppers who are signed in."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider import urls as oauth

from project.urls import handler400, handler404, handler500, urlpatterns as shop  # noqa: F401
from shop_mcp.urls import token_urls

urlpatterns = [
    *shop,
    path("api/", include(token_urls())),
    path("login/", LoginView.as_view()),
    path("", include((oauth.metadata_urlpatterns[:2], "metadata"))),  # of the server; no resource is here
    path("o/", include((oauth.base_urlpatterns, "oauth2_provider"))),
]
