"""The URLs of the tutorial app, served instead of urls.py with SHOP_URLCONF=project.tutorial_urls."""

from rest_framework.routers import DefaultRouter

from project import media
from tutorial import views

router = DefaultRouter(trailing_slash=False)
router.register("products", views.ProductViewSet)
router.register("orders", views.OrderViewSet, basename="order")
urlpatterns = [*router.urls, *media.urlpatterns]
