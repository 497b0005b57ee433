"""GET /api/shop/"""

from shop.tests.factories import WORLD, load
from shop.tests.testcases import ShopTestCase


class ShopInfoTests(ShopTestCase):
    def test_returns_name_policies_and_categories(self):
        with self.assertNumQueries(2):
            shop = self.get_json("shop/")
        self.assertEqual(shop, {
            **WORLD["shop"], "currency": "EUR",
            "categories": [{"name": "Home", "count": 1}, {"name": "Kitchen", "count": 2},
                           {"name": "home", "count": 1}, {"name": "Épicerie", "count": 1}],
        })  # fmt: skip

    def test_empty_shop_has_default_name(self):
        load({"currency": "USD", "products": [], "customers": [], "orders": []})
        nothing = {"name": "Shop", "currency": "USD", "categories": [], "policies": {}, "support_hours": ""}
        self.assertEqual(self.get_json("shop/"), nothing)
