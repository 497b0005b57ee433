"""The Authorization header, and what is public without one."""

from shop.tests.testcases import ShopTestCase

NO_TOKEN = "Authentication credentials were not provided."


class AuthenticationTests(ShopTestCase):
    def assertUnauthorized(self, header, detail, path="shop"):
        response = self.client.get(f"/api/{path}/", headers={"Authorization": header} if header else {})
        self.assertEqual((response.status_code, response.json()), (401, {"detail": detail}))
        self.assertEqual(response["WWW-Authenticate"], "Token")

    def test_invalid_header_is_401_on_public_endpoints_too(self):
        for keyword in ("Token", "Bearer"):
            self.assertUnauthorized(f"{keyword} nobody", "Invalid token.")
            self.assertUnauthorized(keyword, "Invalid token header. No credentials provided.")
            self.assertUnauthorized(
                f"{keyword} a b", "Invalid token header. Token string should not contain spaces."
            )
            self.assertUnauthorized(
                f"{keyword} \xff", "Invalid token header. Token string should not contain invalid characters."
            )

    def test_only_catalog_is_public(self):
        for path in ("orders", "orders/O-1", "orders/O-1/status", "customers", "customers/me"):
            self.assertUnauthorized(None, NO_TOKEN, path)
            self.assertUnauthorized("Basic bWlhOm1pYQ==", NO_TOKEN, path)
        for path in ("products/search/", "products/P-TEA/", "shop/"):
            self.get_json(path)

    def test_token_and_bearer_keywords_are_accepted(self):
        for keyword in ("Token", "Bearer", "bearer"):
            response = self.client.get("/api/customers/me/", headers={"Authorization": f"{keyword} mia-token"})
            self.assertEqual(response.json()["customer_id"], "C-MIA")
