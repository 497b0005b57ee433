"""GET /api/orders/"""

from urllib.parse import urlencode

from shop.tests.factories import cursor
from shop.tests.testcases import ShopTestCase

FORBIDDEN = {"detail": "You do not have permission to perform this action."}


class OrderList(ShopTestCase):
    def orders(self, by, **query):
        return self.ids("orders/", query, by, "order_id")

    def test_a_row(self):
        row = self.ask("orders/", {"limit": 1}, "mia")["results"]
        self.assertEqual(row, [{
            "order_id": "O-1", "customer_id": "C-MIA", "status": "pending", "placed_at": "2026-11-02T09:15:00Z",
            "total": "25.00", "currency": "EUR", "item_count": 2,
        }])  # fmt: skip

    def test_whose(self):
        mias, leos = ["O-1", "O-2", "O-6"], ["O-4", "O-3", "O-5"]
        self.assertEqual(self.orders("mia"), mias)
        self.assertEqual(self.orders("mia", customer="me"), mias)
        self.assertEqual(self.orders("mia", customer="C-MIA"), mias)
        self.assertEqual(self.orders("mia", customer=""), mias)
        self.assertEqual(self.orders("staff"), ["O-4", "O-1", "O-3", "O-5", "O-2", "O-6"])
        self.assertEqual(self.orders("staff", customer="C-LEO"), leos)
        self.assertEqual(self.orders("staff", customer="me"), [])
        self.assertEqual(self.orders("staff", customer="nobody"), [])
        refuses = self.refusing("orders/", 403, by="mia")
        refuses(FORBIDDEN, customer="C-LEO")
        refuses(FORBIDDEN, customer="nobody")

    def test_which_status(self):
        self.assertEqual(self.orders("leo", status="pending"), ["O-5"])
        self.assertEqual(self.orders("leo", status=""), ["O-4", "O-3", "O-5"])
        refuses = self.refusing("orders/", 400, by="leo")
        refuses({"status": ['"lost" is not a valid choice.']}, status="lost", customer="C-MIA")

    def test_pages_lead_forward_and_back_through_ties(self):
        whole = self.orders("staff")
        for limit in (1, 2, 4):
            pages, last = self.walk("orders/", {"limit": limit}, "staff", "order_id")
            self.assertEqual(sum(pages, []), whole, limit)
        self.client.credentials(HTTP_AUTHORIZATION="Token staff-token")
        back = self.client.get(last).json()["previous"]
        self.assertEqual([row["order_id"] for row in self.client.get(back).json()["results"]], pages[-2])

    def test_positions(self):
        page = self.ask("orders/", {"limit": 1}, "staff")
        expected = urlencode({"cursor": cursor(p="2026-11-02 09:15:00.500000+00:00"), "limit": 1})
        self.assertEqual(page["next"], f"http://testserver/api/orders/?{expected}")
        refuses = self.refusing("orders/", 404, by="staff")
        for position in ("now", "2026-11-02", "2026-13-02 09:15:00+00:00", "2026-11-02 09:15:00",
                         "2026-11-02T09:15:00Z", "2026-11-02 10:15:00+01:00"):  # fmt: skip
            refuses({"detail": "Invalid cursor"}, cursor=cursor(p=position))

    def test_a_page_is_as_many_queries_as_its_kinds_of_rows(self):
        with self.assertNumQueries(3):  # token, orders, lines
            self.ask("orders/", by="staff")
