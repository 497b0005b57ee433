"""`version` and `ETag` of orders and customers, and `If-Match`."""

from datetime import timedelta

from django.test import override_settings

from shop.tests.factories import ADDRESS, NEW_ADDRESS, NOW, PAID, REPLACE_BODY, RETURN_BODY, order, refusal
from shop.tests.testcases import WriteTestCase

MISMATCH = refusal("version_mismatch", "It has changed since: this is no longer the version that If-Match names.")
CHANGES = [
    ("POST", "orders/O-1/cancel", {"reason": "ordered_by_mistake"}),
    ("PATCH", "orders/O-1/address", {"address": NEW_ADDRESS}),
    ("POST", "orders/O-1/items", REPLACE_BODY),
    ("PATCH", "orders/O-1/payment", {"payment_method_id": "GIFT"}),
    ("POST", "orders/O-2/returns", RETURN_BODY),
    ("POST", "orders/O-2/exchanges", REPLACE_BODY),
    ("PATCH", "customers/mia/address", {"address": NEW_ADDRESS}),
]
CANCEL = CHANGES[0]


class VersionTests(WriteTestCase):
    def setUp(self):
        self.load_shop(order(payments=PAID), order(order_id="O-2", status="delivered", payments=PAID))

    def version(self, path):
        response = self.read(path)
        version = response.json()["version"]
        self.assertEqual(response.headers["ETag"], f'"{version}"')
        return version

    def test_is_another_after_each_change_which_answers_with_it(self):
        for method, path, body in CHANGES:
            self.setUp()
            thing = path.rpartition("/")[0]
            before = self.version(thing)
            self.assertEqual(self.version(thing), before)
            response = self.send(method, path, body, key="k")
            after = self.assertSucceeds(response)["version"]
            self.assertNotEqual(after, before)
            self.assertEqual(response.headers["ETag"], f'"{after}"')
            self.assertEqual(self.version(thing), after)
            self.assertEqual(self.send(method, path, body, key="k").headers["ETag"], f'"{after}"')

    def test_of_the_same_content_is_another_at_another_time(self):
        write = ("PATCH", "orders/O-1/address", {"address": ADDRESS})
        versions = set()
        for seconds in (0, 1, 2):
            with override_settings(SHOP_CLOCK=NOW + timedelta(seconds=seconds)):
                versions.add(self.assertSucceeds(self.send(*write))["version"])
        self.assertEqual(len(versions), 3)

    def test_of_a_customer_counts_balances(self):
        before = self.version("customers/me")
        self.assertSucceeds(self.patch("orders/O-1/payment", {"payment_method_id": "GIFT"}))
        self.assertNotEqual(self.version("customers/me"), before)

    def test_of_one_order_does_not_depend_on_others(self):
        before = self.version("orders/O-2")
        self.assertSucceeds(self.send(*CANCEL))
        self.assertEqual(self.version("orders/O-2"), before)

    def test_change_of_another_version_is_refused(self):
        for method, path, body in CHANGES:
            self.setUp()
            version = self.version(path.rpartition("/")[0])
            for stale in ("other", '"other"', f'W/"{version}"', version, "", '"*"', f'"{version}', '"a", W/"b"', '"a", *'):
                self.assertRefused(method, path, body, 412, MISMATCH, if_match=stale)

    def test_change_of_this_version_is_made(self):
        for method, path, body in CHANGES:
            for form in ('"{}"', '"other", "{}"', '\t"{}" ,W/"other"', "*", " * "):
                self.setUp()
                version = self.version(path.rpartition("/")[0])
                self.assertSucceeds(self.send(method, path, body, if_match=form.format(version)))

    def test_repeats_first_answer_whatever_version_is_sent(self):
        stale = f'"{self.version("orders/O-1")}"'
        first = self.send(*CANCEL, key="k", if_match=stale)
        self.assertSucceeds(first)
        self.assertEqual(self.send(*CANCEL, key="k", if_match=stale).content, first.content)
        self.assertEqual(self.send(*CANCEL, key="other", if_match=stale).status_code, 412)
        self.assertEqual(self.send("POST", "orders/O-1/cancel", {}, key="k", if_match=stale).status_code, 409)

    def test_key_can_be_used_again_after_a_mismatch(self):
        self.assertEqual(self.send(*CANCEL, key="k", if_match='"other"').status_code, 412)
        self.assertSucceeds(self.send(*CANCEL, key="k"))

    def test_comes_after_the_key_and_the_order_and_before_the_body(self):
        headers = {"Authorization": "Token mia-token", "If-Match": '"other"'}
        response = self.client.post("/api/orders/O-1/cancel/", {}, headers=headers)
        self.assertEqual(response.json()["code"], "idempotency_key_required")
        absent = {"detail": "No Order matches the given query."}
        self.assertRefused("POST", "orders/nothing/cancel", {}, 404, absent, if_match='"other"')
        self.assertRefused("POST", "orders/O-1/cancel", {}, 412, MISMATCH, if_match='"other"')
        self.assertRefused("POST", "orders/O-2/cancel", CANCEL[2], 412, MISMATCH, if_match='"other"')

    def test_is_not_asked_of_a_support_request(self):
        body = {"subject": "Ink", "message": "?"}
        self.assertSucceeds(self.send("POST", "support/requests", body, if_match='"other"'), 201)
