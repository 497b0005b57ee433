"""The OpenAPI document has what this shop has, and no more."""

from unittest import mock

from django.test import TestCase

from shop_mcp.tests.bookshop.api import Books
from shop_mcp.tests.testcases import BookshopMixin


class SchemaTests(BookshopMixin, TestCase):
    def paths(self):
        return self.get("schema/", user=None).json()["paths"]

    def test_operations(self):
        operations = {f"{method} {path}" for path, operations in self.paths().items() for method in operations}
        self.assertEqual(operations, {
            "get /api/products/search/", "get /api/products/{product_id}/", "get /api/orders/", "get /api/orders/{order_id}/",
            "get /api/orders/{order_id}/status/", "post /api/orders/{order_id}/cancel/",
            "patch /api/orders/{order_id}/address/", "patch /api/orders/{order_id}/payment/",
            "post /api/orders/{order_id}/previews/", "get /api/customers/", "get /api/customers/{customer_id}/",
            "get /api/shop/",
        })  # fmt: skip

    def test_parameters_that_are_obeyed(self):
        with mock.patch.object(Books, "search_fields", []):
            parameters = self.paths()["/api/products/search/"]["get"]["parameters"]
        names = {parameter["name"] for parameter in parameters}
        self.assertEqual(names, {"limit", "cursor", "ordering", "category", "min_price", "max_price", "in_stock"})

    def test_changes_take_a_key(self):
        cancel = self.paths()["/api/orders/{order_id}/cancel/"]["post"]
        self.assertIn({"$ref": "#/components/parameters/IdempotencyKey"}, cancel["parameters"])


class ShopTests(BookshopMixin, TestCase):
    def test_shop_is_as_the_settings_and_the_products_say(self):
        categories = [{"name": "Craft", "count": 1}, {"name": "Nature", "count": 2}]
        self.assertEqual(self.get("shop/").json(), {"name": "Books", "currency": "EUR", "categories": categories})
