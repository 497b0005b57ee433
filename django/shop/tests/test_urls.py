"""Methods and paths that no endpoint has."""

from shop.tests.testcases import ShopTestCase


class UrlTests(ShopTestCase):
    def test_unknown_methods_are_405_and_unknown_paths_404(self):
        for method in ("post", "put", "patch", "delete", "options"):
            response = getattr(self.client, method)("/api/products/search/")
            self.assertEqual(response.status_code, 405)
            self.assertEqual(response.json(), {"detail": f'Method "{method.upper()}" not allowed.'})
        self.assertEqual(self.get_json("nothing/", status=404), {"detail": "Not found."})
        self.assertEqual(self.get_json("shop", status=404), {"detail": "Not found."})
