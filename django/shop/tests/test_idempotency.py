"""The Idempotency-Key header of every write, and the order in which a write is checked."""

import json
from datetime import UTC, datetime, timedelta
from unittest import mock

from django.test import override_settings

from shop import changes
from shop.tests.factories import NEW_ADDRESS, REPLACE_BODY, database_rows, order, refusal
from shop.tests.testcases import WriteTestCase
from shop_mcp.models import IdempotencyRecord

REUSED = refusal("idempotency_key_reused", "This Idempotency-Key was used for another request.")
REQUIRED = refusal(
    "idempotency_key_required", "Send an Idempotency-Key header of 1 to 255 visible ASCII characters."
)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY, MOMENT = timedelta(hours=24), timedelta(microseconds=1)

WRITES = [
    ("POST", "orders/O-1/cancel", {"reason": "ordered_by_mistake"}),
    ("PATCH", "orders/O-1/address", {"address": NEW_ADDRESS}),
    ("POST", "orders/O-1/items", REPLACE_BODY),
    ("PATCH", "orders/O-1/payment", {"payment_method_id": "GIFT"}),
    ("POST", "orders/O-2/returns", {"items": [{"item_id": "PEN-RED"}], "payment_method_id": "GIFT"}),
    ("POST", "orders/O-2/exchanges", REPLACE_BODY),
    ("PATCH", "customers/me/address", {"address": NEW_ADDRESS}),
    ("POST", "support/requests", {"subject": "Ink", "message": "It is red."}),
]
CANCEL = WRITES[0]


def reversed_keys(value):
    if isinstance(value, dict):
        return {name: reversed_keys(value[name]) for name in reversed(value)}
    return [reversed_keys(one) for one in value] if isinstance(value, list) else value


class RepeatedKeyTests(WriteTestCase):
    def setUp(self):
        self.load_shop(
            order(payments=["payment 10.00 CARD"]),
            order(order_id="O-2", status="delivered", payments=["payment 10.00 CARD"]),
        )

    def test_repeats_first_answer_byte_for_byte_and_changes_nothing(self):
        for method, path, body in WRITES:
            self.setUp()
            first = self.send(method, path, body, key="k")
            self.assertIn(first.status_code, (200, 201))
            after = database_rows()
            for again in (body, reversed_keys(body)):
                second = self.send(method, path, again, key="k")
                self.assertEqual(
                    (second.status_code, second.content, second.headers),
                    (first.status_code, first.content, first.headers),
                )
                self.assertEqual(database_rows(), after)

    def test_repeats_first_answer_after_later_changes(self):
        first = self.patch("orders/O-1/address", {"address": NEW_ADDRESS}, key="k")
        self.assertSucceeds(self.send(*CANCEL))
        self.assertEqual(
            self.patch("orders/O-1/address", {"address": NEW_ADDRESS}, key="k").content, first.content
        )

    def test_is_refused_for_another_request(self):
        self.assertSucceeds(self.send(*CANCEL, key="k"))
        for method, path, body in (
            ("POST", "orders/O-1/cancel", {"reason": "no_longer_needed"}),
            ("POST", "orders/O-1/cancel", {"reason": "ordered_by_mistake", "more": 1}),
            ("POST", "orders/O-2/cancel", CANCEL[2]),
            ("POST", "orders/nothing/cancel", CANCEL[2]),
            ("POST", "orders/O-1/items", "nonsense"),
            ("PATCH", "orders/O-1/address", CANCEL[2]),
        ):
            self.assertRefused(method, path, body, 409, REUSED, key="k")

    def test_is_separate_for_each_user(self):
        self.assertSucceeds(self.patch("customers/me/address", {"address": NEW_ADDRESS}, key="k"))
        answer = self.assertSucceeds(
            self.patch("customers/me/address", {"address": NEW_ADDRESS}, key="k", as_user="leo")
        )
        self.assertEqual(answer["customer_id"], "leo")
        self.assertEqual(IdempotencyRecord.objects.count(), 2)

    def test_can_be_used_again_after_refusal(self):
        for status, body in ((400, {"reason": "bored"}), (409, CANCEL[2])):
            path = "orders/O-2/cancel" if status == 409 else "orders/O-1/cancel"
            self.assertEqual(self.post(path, body, key="k").status_code, status)
        self.assertSucceeds(self.send(*CANCEL, key="k"))

    def test_can_be_used_again_after_failure_that_was_rolled_back(self):
        before = database_rows()
        with mock.patch.object(changes, "adjust_balance", side_effect=RuntimeError):
            with self.assertRaises(RuntimeError), self.assertLogs("django.request", "ERROR"):
                self.send(*CANCEL, key="k")
        self.assertEqual(database_rows(), before)
        self.assertSucceeds(self.send(*CANCEL, key="k"))

    def test_expires_after_a_day(self):
        address = ("PATCH", "customers/me/address", {"address": NEW_ADDRESS})
        send = lambda now, write: self.send_at(now, *write, key="k")  # noqa: E731
        first = send(MONDAY, CANCEL)
        self.assertEqual(send(MONDAY + DAY, CANCEL).content, first.content)
        self.assertEqual(send(MONDAY + DAY, address).json(), REUSED)
        after = send(MONDAY + DAY + MOMENT, address)
        self.assertEqual(self.assertSucceeds(after)["address"], NEW_ADDRESS)
        self.assertEqual(send(MONDAY + DAY + DAY, address).content, after.content)

    def test_is_deleted_when_expired_and_another_is_recorded(self):
        for n, user in enumerate(("mia", "leo", "sam")):
            self.send_at(
                MONDAY + n * MOMENT,
                "PATCH",
                "customers/me/address",
                {"address": NEW_ADDRESS},
                as_user=user,
                key=user,
            )
        self.send_at(MONDAY + DAY + 2 * MOMENT, *CANCEL, key="new")
        self.assertEqual(set(IdempotencyRecord.objects.values_list("key", flat=True)), {"sam", "new"})
        self.send_at(MONDAY + 9 * DAY, *CANCEL, key="refused")
        self.assertEqual(IdempotencyRecord.objects.count(), 2)

    def send_at(self, now, *write, **more):
        with override_settings(SHOP_CLOCK=now):
            return self.send(*write, **more)


class OrderOfChecksTests(WriteTestCase):
    def setUp(self):
        self.load_shop(order(payments=["payment 10.00 CARD"]), order(order_id="O-2", status="delivered"))

    def send_raw(self, method, path, content="{", content_type="text/plain", token="mia-token", key=None):
        headers = {"Authorization": f"Token {token}"} if token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        before = database_rows()
        response = self.client.generic(method, f"/api/{path}/", content, content_type, headers=headers)
        self.assertEqual(database_rows(), before)
        return response

    def test_token_comes_first(self):
        for method, path, _ in WRITES:
            for other in ("GET", method):
                response = self.send_raw(other, path, token=None)
                self.assertEqual((response.status_code, response["WWW-Authenticate"]), (401, "Token"))
                self.assertEqual(self.send_raw(other, path, token="x").json(), {"detail": "Invalid token."})

    def test_method_comes_after_token(self):
        for method, path, _ in WRITES:
            for other in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {method}:
                response = self.send_raw(other, path)
                self.assertEqual((response.status_code, response["Allow"]), (405, f"{method}, OPTIONS"))
            self.assertEqual(response["Content-Type"], "application/json")

    def test_key_comes_after_method(self):
        for method, path, _ in WRITES:
            for key in (None, "", " ", "a b", "a\tb", "é", "x" * 256, "a\x7f"):
                response = self.send_raw(method, path, key=key)
                self.assertEqual((response.status_code, response.json()), (400, REQUIRED), key)
        for key in ("!", "~" * 255):
            self.assertSucceeds(self.send("PATCH", "customers/me/address", {"address": NEW_ADDRESS}, key=key))

    def test_json_comes_after_key(self):
        self.assertSucceeds(self.send(*CANCEL, key="used"))
        for method, path, _ in WRITES:
            response = self.send_raw(method, path, key="used")
            detail = 'Unsupported media type "text/plain" in request.'
            self.assertEqual((response.status_code, response.json()), (415, {"detail": detail}))
            for content in ("{", '{"a": NaN}', "\xff".encode("latin-1"), "[" * 100_000):
                response = self.send_raw(method, path, content, "application/json", key="used")
                self.assertEqual(response.status_code, 400, content[:10])
                self.assertRegex(response.json()["detail"], "^JSON parse error - .")

    def test_reused_key_then_object_then_body_come_after_json(self):
        self.assertSucceeds(self.send(*CANCEL, key="used"))
        self.assertRefused("POST", "orders/nothing/cancel", "x", 409, REUSED, key="used")
        self.assertRefused(
            "POST", "orders/nothing/cancel", "x", 404, {"detail": "No Order matches the given query."}
        )
        nobody = {"detail": "No Customer matches the given query."}
        for path in ("customers/nobody/address", "customers/leo/address"):
            self.assertRefused("PATCH", path, "x", 404, nobody)
        whole = {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}
        for method, path, _ in WRITES:
            self.assertRefused(method, path, "x", 400, whole)
            self.assertRefused(method, path, None, 400, {"non_field_errors": ["No data provided"]})

    def test_empty_body_is_an_empty_object(self):
        response = self.send_raw("POST", "orders/O-1/cancel", "", key="k")
        self.assertEqual(json.loads(response.content), {"reason": ["This field is required."]})
