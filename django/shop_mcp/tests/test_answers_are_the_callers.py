"""What only the caller may see is not given to others by a cache, and is JSON whatever is asked for."""

from django.test import TestCase, modify_settings, override_settings
from rest_framework.test import APIClient

from shop_mcp.tests.testcases import BookshopMixin

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SITE_CACHE = ["django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware"]


@override_settings(CACHES=CACHES)
class CacheTests(BookshopMixin, TestCase):
    @modify_settings(MIDDLEWARE={"append": SITE_CACHE})
    def test_cache_of_the_site_keeps_no_orders(self):
        for path in ("orders/", self.order_path(), "customers/me/"):
            self.assertEqual(self.get(path, user="sam").status_code, 200)
            answer = self.get(path, user=None)
            self.assertEqual(answer.status_code, 401, path)

    def test_says_so(self):
        answer = self.get("orders/")
        self.assertEqual(answer["Cache-Control"], "private")
        self.assertIn("Authorization", answer["Vary"])


class JsonTests(BookshopMixin, TestCase):
    def test_browser_is_answered_with_json_or_not_at_all(self):
        answer = APIClient().get("/api/products/search/", HTTP_ACCEPT="text/html,*/*;q=0.8")
        self.assertEqual(answer["Content-Type"], "application/json")

    def test_forms_are_refused(self):
        client = self.client_of("mia")
        answer = client.post(f"/api/{self.order_path()}cancel/", {}, format="multipart", HTTP_IDEMPOTENCY_KEY="k")
        self.assertEqual(answer.status_code, 415)
