"""GET /api/shop/"""

import json

from shop import world
from shop.tests.factories import WORLD
from shop.tests.testcases import ShopTestCase


class TheShop(ShopTestCase):
    def test_it_introduces_itself(self):
        with self.assertNumQueries(2):
            shop = self.ask("shop/")
        self.assertEqual(shop, {
            **WORLD["shop"], "currency": "EUR",
            "categories": [{"name": "Home", "count": 1}, {"name": "Kitchen", "count": 2},
                           {"name": "home", "count": 1}, {"name": "Épicerie", "count": 1}],
        })  # fmt: skip

    def test_it_may_have_nothing_to_say(self):
        world.load(world.read(json.dumps({"currency": "USD", "products": [], "customers": [], "orders": []})))
        nothing = {"name": "Shop", "currency": "USD", "categories": [], "policies": {}, "support_hours": ""}
        self.assertEqual(self.ask("shop/"), nothing)
