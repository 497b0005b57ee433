"""GET /api/schema/, the OpenAPI document."""

import io

from django.core.management import call_command

from shop.tests.testcases import ShopTestCase


class Schema(ShopTestCase):
    def test_its_schema(self):
        schema = self.ask("schema/")
        self.assertIn("/api/products/search/", schema["paths"])
        call_command("spectacular", "--fail-on-warn", "--validate", stdout=io.StringIO())

    def test_its_schema_tells_of_writes(self):
        paths = self.ask("schema/")["paths"]
        writes = [path[method] for path in paths.values() for method in ("post", "patch") if method in path]
        self.assertEqual(len(writes), 8)
        for write in writes:
            (key,) = [one for one in write["parameters"] if one["in"] == "header"]
            self.assertEqual((key["name"], key["required"]), ("Idempotency-Key", True))
            self.assertTrue(write["requestBody"]["required"])
            self.assertEqual({*write["responses"]} - {"200", "201"}, {"400", "401", "404", "409"})
