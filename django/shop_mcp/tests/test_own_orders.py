"""Customers see their own orders. A foreign one is answered as one that does not exist."""

from django.test import TestCase

from shop_mcp.tests.testcases import ABSENT, CANCEL, BookshopMixin


class OwnOrderTests(BookshopMixin, TestCase):
    def listed(self, **query):
        return [row["order_number"] for row in self.get("orders/", **query).json()["results"]]

    def test_list_has_only_the_callers_own_newest_first(self):
        self.assertEqual(self.listed(), ["B-1", "B-0"])
        self.assertEqual(self.listed(user="leo"), ["B-2"])
        self.assertEqual(self.listed(user="sam"), ["B-2", "B-1", "B-0"])
        self.assertEqual(self.listed(user="sam", customer="me"), [])

    def test_list_of_one_customer(self):
        mia = self.purchases[0].client_id
        self.assertEqual(self.listed(user="sam", customer=mia), ["B-1", "B-0"])
        self.assertEqual(self.listed(customer=mia), ["B-1", "B-0"])
        self.assertEqual(self.listed(user="sam", customer="9" * 40), [])
        for customer in (mia, "nonsense", "999", "9" * 40):
            self.assertEqual(self.get("orders/", user="leo", customer=customer).status_code, 403)

    def test_list_by_status_knows_the_shops_own(self):
        self.cancel(0)
        self.assertEqual(self.listed(status="cancelled"), ["B-0"])
        self.assertEqual(self.listed(status="pending"), ["B-1"])
        self.assertEqual(self.get("orders/", status="lost").status_code, 400)

    def test_foreign_and_absent_are_answered_alike(self):
        foreign = self.order_path(2)
        for path in (foreign, "orders/999999/"):
            for read in (path, f"{path}status/"):
                answer = self.get(read)
                self.assertEqual((answer.status_code, answer.json()), (404, ABSENT))
            for write in (f"{path}cancel/", f"{path}previews/"):
                answer = self.send("post", write, {"change": "cancel", "body": CANCEL, **CANCEL})
                self.assertEqual((answer.status_code, answer.json()), (404, ABSENT))

    def test_ids_that_no_column_holds_are_not_found(self):
        for order_id in ("x", "9" * 40, "1.5", "%00"):
            self.assertEqual(self.get(f"orders/{order_id}/").status_code, 404, order_id)

    def test_needs_a_token(self):
        for path in ("orders/", self.order_path(), "customers/me/"):
            answer = self.get(path, user=None)
            self.assertEqual((answer.status_code, answer["WWW-Authenticate"]), (401, "Token"))


class UserTests(BookshopMixin, TestCase):
    def test_a_user_is_a_customer(self):
        me = self.get("customers/me/").json()
        self.assertEqual((me["customer_id"], me["email"]), (str(self.users["mia"].pk), "mia@shop.example"))
        leo = self.users["leo"].pk
        self.assertEqual(self.get(f"customers/{leo}/").status_code, 404)
        self.assertEqual(self.get(f"customers/{leo}/", user="sam").json()["email"], "leo@shop.example")

    def test_only_staff_search_for_customers(self):
        self.assertEqual(self.get("customers/", email="leo@shop.example").status_code, 403)
        found = self.ids("customers/", "email", user="sam", email="LEO@shop.example")
        self.assertEqual(found, ["leo@shop.example"])
        self.assertEqual(self.get("customers/", user="sam", postcode="1").status_code, 400)
