"""GET /api/schema/, the OpenAPI document."""

import io

from django.core.management import call_command

from shop.tests.testcases import ShopTestCase


class SchemaTests(ShopTestCase):
    def test_schema_is_valid_and_without_warnings(self):
        schema = self.get_json("schema/")
        self.assertIn("/api/products/search/", schema["paths"])
        call_command("spectacular", "--fail-on-warn", "--validate", stdout=io.StringIO())

    def test_schema_describes_writes(self):
        paths = self.get_json("schema/")["paths"]
        writes = [path[method] for path in paths.values() for method in ("post", "patch") if method in path]
        self.assertEqual(len(writes), 8)
        for write in writes:
            (key,) = [one for one in write["parameters"] if one["in"] == "header"]
            self.assertEqual((key["name"], key["required"]), ("Idempotency-Key", True))
            self.assertTrue(write["requestBody"]["required"])
            self.assertEqual({*write["responses"]} - {"200", "201"}, {"400", "401", "404", "409"})
