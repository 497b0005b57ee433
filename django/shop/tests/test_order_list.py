"""GET /api/orders/"""

from functools import partial
from urllib.parse import urlencode

from shop.tests.factories import FORBIDDEN, encode_cursor
from shop.tests.testcases import ShopTestCase


class OrderListTests(ShopTestCase):
    def list_orders(self, as_user, **query):
        return self.get_ids("orders/", query, as_user, "order_id")

    def test_row_has_total_and_item_count(self):
        row = self.get_json("orders/", {"limit": 1}, "mia")["results"]
        self.assertEqual(row, [{
            "order_id": "O-1", "order_number": None, "customer_id": "C-MIA", "status": "pending",
            "placed_at": "2026-11-02T09:15:00Z", "total": "25.00", "currency": "EUR", "item_count": 2,
        }])  # fmt: skip

    def test_row_counts_pieces(self):
        row = next(row for row in self.get_json("orders/", as_user="mia")["results"] if row["order_id"] == "O-2")
        self.assertEqual((row["order_number"], row["total"], row["item_count"]), ("K-2026/0002", "79.80", 2))

    def test_lists_own_orders_and_for_staff_those_of_any_customer(self):
        mias, leos = ["O-1", "O-2", "O-6"], ["O-4", "O-3", "O-5"]
        self.assertEqual(self.list_orders("mia"), mias)
        self.assertEqual(self.list_orders("mia", customer="me"), mias)
        self.assertEqual(self.list_orders("mia", customer="C-MIA"), mias)
        self.assertEqual(self.list_orders("mia", customer=""), mias)
        self.assertEqual(self.list_orders("staff"), ["O-4", "O-1", "O-3", "O-5", "O-2", "O-6"])
        self.assertEqual(self.list_orders("staff", customer="C-LEO"), leos)
        self.assertEqual(self.list_orders("staff", customer="me"), [])
        self.assertEqual(self.list_orders("staff", customer="nobody"), [])
        refuses = partial(self.assertQueryAnswer, "orders/", 403, as_user="mia")
        refuses(FORBIDDEN, customer="C-LEO")
        refuses(FORBIDDEN, customer="nobody")

    def test_filters_by_status(self):
        self.assertEqual(self.list_orders("leo", status="pending"), ["O-5"])
        self.assertEqual(self.list_orders("leo", status=""), ["O-4", "O-3", "O-5"])
        refuses = partial(self.assertQueryAnswer, "orders/", 400, as_user="leo")
        refuses({"status": ['"lost" is not a valid choice.']}, status="lost", customer="C-MIA")

    def test_pages_link_forward_and_back_through_ties(self):
        whole = self.list_orders("staff")
        for limit in (1, 2, 4):
            pages, last = self.get_pages("orders/", {"limit": limit}, "staff", "order_id")
            self.assertEqual(sum(pages, []), whole, limit)
        self.client.credentials(HTTP_AUTHORIZATION="Token staff-token")
        back = self.client.get(last).json()["previous"]
        self.assertEqual([row["order_id"] for row in self.client.get(back).json()["results"]], pages[-2])

    def test_cursor_position_is_a_placed_at_in_utc(self):
        page = self.get_json("orders/", {"limit": 1}, "staff")
        expected = urlencode({"cursor": encode_cursor(p="2026-11-02 09:15:00.500000+00:00"), "limit": 1})
        self.assertEqual(page["next"], f"http://testserver/api/orders/?{expected}")
        refuses = partial(self.assertQueryAnswer, "orders/", 404, as_user="staff")
        for position in ("now", "2026-11-02", "2026-13-02 09:15:00+00:00", "2026-11-02 09:15:00",
                         "2026-11-02T09:15:00Z", "2026-11-02 10:15:00+01:00"):  # fmt: skip
            refuses({"detail": "Invalid cursor"}, cursor=encode_cursor(p=position))

    def test_page_takes_three_queries(self):
        with self.assertNumQueries(3):  # token, orders, lines
            self.get_json("orders/", as_user="staff")
