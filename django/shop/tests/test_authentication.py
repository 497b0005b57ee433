"""Tokens, methods and paths: what is refused before an endpoint is reached."""

from shop.tests.testcases import ShopTestCase

NO_TOKEN = {"detail": "Authentication credentials were not provided."}


class Authentication(ShopTestCase):
    def refused(self, header, detail, path="shop"):
        response = self.client.get(f"/api/{path}/", headers={"Authorization": header} if header else {})
        self.assertEqual((response.status_code, response.json()), (401, {"detail": detail}))
        self.assertEqual(response["WWW-Authenticate"], "Token")

    def test_a_bad_header_is_refused_even_where_none_is_needed(self):
        for keyword in ("Token", "Bearer"):
            self.refused(f"{keyword} nobody", "Invalid token.")
            self.refused(keyword, "Invalid token header. No credentials provided.")
            self.refused(f"{keyword} a b", "Invalid token header. Token string should not contain spaces.")
            self.refused(
                f"{keyword} \xff", "Invalid token header. Token string should not contain invalid characters."
            )

    def test_without_a_token_only_the_catalogue_is_open(self):
        for path in ("orders", "orders/O-1", "orders/O-1/status", "customers", "customers/me"):
            self.refused(None, NO_TOKEN["detail"], path)
            self.refused("Basic bWlhOm1pYQ==", NO_TOKEN["detail"], path)
        for path in ("products/search/", "products/P-TEA/", "shop/"):
            self.ask(path)

    def test_either_keyword_carries_the_key(self):
        for keyword in ("Token", "Bearer", "bearer"):
            response = self.client.get("/api/customers/me/", headers={"Authorization": f"{keyword} mia-token"})
            self.assertEqual(response.json()["customer_id"], "C-MIA")

    def test_other_methods_and_paths(self):
        for method in ("post", "put", "patch", "delete", "options"):
            response = getattr(self.client, method)("/api/products/search/")
            self.assertEqual(response.status_code, 405)
            self.assertEqual(response.json(), {"detail": f'Method "{method.upper()}" not allowed.'})
        self.assertEqual(self.ask("nothing/", status=404), {"detail": "Not found."})
        self.assertEqual(self.ask("shop", status=404), {"detail": "Not found."})
