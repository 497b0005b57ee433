"""The same database in another dialect: SHOP_URLCONF=project.tutorial_urls."""

from rest_framework.routers import DefaultRouter

from tutorial import views

router = DefaultRouter(trailing_slash=False)
router.register("products", views.ProductViewSet)
router.register("orders", views.OrderViewSet, basename="order")
urlpatterns = router.urls
