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
        preview = paths["/api/orders/{order_id}/previews/"]["post"]
        support = paths["/api/support/requests/"]["post"]
        self.assertEqual(len(writes), 9)
        for write in writes:
            headers = {one["name"]: one.get("required") for one in write["parameters"] if one["in"] == "header"}
            key, version = {"Idempotency-Key": True}, {"If-Match": None}
            self.assertEqual(headers, {} if write is preview else key if write is support else key | version)
            self.assertTrue(write["requestBody"]["required"])
            mismatch = {"412"} if "If-Match" in headers else set()
            self.assertEqual({*write["responses"]} - {"200", "201"}, {"400", "401", "404", "409"} | mismatch)
