"""GET /api/products/ID/"""

from shop.tests.factories import WORLD
from shop.tests.testcases import ShopTestCase


class ProductDetailTests(ShopTestCase):
    def test_returns_product_with_items(self):
        with self.assertNumQueries(2):
            product = self.get_json("products/P-KETTLE/")
        given = WORLD["products"][0]
        self.assertEqual(product, {**given, "price": "39.90", "currency": "EUR", "available": True})
        self.assertEqual(list(product["items"][0]["options"]), ["size", "colour"])

    def test_unknown_product_is_404(self):
        for product_id in ("nothing", "%00", "p-kettle", "a%20b"):
            refusal = self.get_json(f"products/{product_id}/", status=404)
            self.assertEqual(refusal, {"detail": "No Product matches the given query."})
