"""A write that is sent twice happens once."""

import json
from datetime import UTC, datetime, timedelta
from unittest import mock

from django.test import override_settings

from shop import changes
from shop.models import IdempotencyRecord
from shop.tests.factories import NEW_ADDRESS, order, refusal, rows
from shop.tests.testcases import WriteTestCase

REUSED = refusal("idempotency_key_reused", "This Idempotency-Key was used for another request.")
REQUIRED = refusal(
    "idempotency_key_required", "Send an Idempotency-Key header of 1 to 255 visible ASCII characters."
)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY, MOMENT = timedelta(hours=24), timedelta(microseconds=1)

SWAP = {"items": [{"item_id": "PEN-RED", "new_item_id": "PEN-BLUE"}], "payment_method_id": "CARD"}
WRITES = [
    ("POST", "orders/O-1/cancel", {"reason": "ordered_by_mistake"}),
    ("PATCH", "orders/O-1/address", {"address": NEW_ADDRESS}),
    ("POST", "orders/O-1/items", SWAP),
    ("PATCH", "orders/O-1/payment", {"payment_method_id": "GIFT"}),
    ("POST", "orders/O-2/returns", {"items": [{"item_id": "PEN-RED"}], "payment_method_id": "GIFT"}),
    ("POST", "orders/O-2/exchanges", SWAP),
    ("PATCH", "customers/me/address", {"address": NEW_ADDRESS}),
    ("POST", "support/requests", {"subject": "Ink", "message": "It is red."}),
]
CANCEL = WRITES[0]


def reversed_keys(value):
    if isinstance(value, dict):
        return {name: reversed_keys(value[name]) for name in reversed(value)}
    return [reversed_keys(one) for one in value] if isinstance(value, list) else value


class TheSameKeyAgain(WriteTestCase):
    def setUp(self):
        self.given(
            order(payments=["payment 10.00 CARD"]),
            order(order_id="O-2", status="delivered", payments=["payment 10.00 CARD"]),
        )

    def test_gives_the_first_answer_to_the_byte_and_changes_nothing(self):
        for method, path, body in WRITES:
            self.setUp()
            first = self.send(method, path, body, key="k")
            self.assertIn(first.status_code, (200, 201))
            after = rows()
            for again in (body, reversed_keys(body)):
                second = self.send(method, path, again, key="k")
                self.assertEqual(
                    (second.status_code, second.content, second.headers),
                    (first.status_code, first.content, first.headers),
                )
                self.assertEqual(rows(), after)

    def test_answers_what_was_so_then(self):
        first = self.patch("orders/O-1/address", {"address": NEW_ADDRESS}, key="k")
        self.done(self.send(*CANCEL))
        self.assertEqual(
            self.patch("orders/O-1/address", {"address": NEW_ADDRESS}, key="k").content, first.content
        )

    def test_for_another_request_is_refused(self):
        self.done(self.send(*CANCEL, key="k"))
        for method, path, body in (
            ("POST", "orders/O-1/cancel", {"reason": "no_longer_needed"}),
            ("POST", "orders/O-1/cancel", {"reason": "ordered_by_mistake", "more": 1}),
            ("POST", "orders/O-2/cancel", CANCEL[2]),
            ("POST", "orders/nothing/cancel", CANCEL[2]),
            ("POST", "orders/O-1/items", "nonsense"),
            ("PATCH", "orders/O-1/address", CANCEL[2]),
        ):
            self.refused(method, path, body, 409, REUSED, key="k")

    def test_is_another_users_own(self):
        self.done(self.patch("customers/me/address", {"address": NEW_ADDRESS}, key="k"))
        answer = self.done(self.patch("customers/me/address", {"address": NEW_ADDRESS}, key="k", by="leo"))
        self.assertEqual(answer["customer_id"], "leo")
        self.assertEqual(IdempotencyRecord.objects.count(), 2)

    def test_is_free_again_after_a_refusal(self):
        for status, body in ((400, {"reason": "bored"}), (409, CANCEL[2])):
            path = "orders/O-2/cancel" if status == 409 else "orders/O-1/cancel"
            self.assertEqual(self.post(path, body, key="k").status_code, status)
        self.done(self.send(*CANCEL, key="k"))

    def test_is_free_again_after_a_failure_which_changed_nothing(self):
        before = rows()
        with mock.patch.object(changes, "save_with_timeline", side_effect=RuntimeError):
            with self.assertRaises(RuntimeError), self.assertLogs("django.request", "ERROR"):
                self.send(*CANCEL, key="k")
        self.assertEqual(rows(), before)
        self.done(self.send(*CANCEL, key="k"))

    def test_means_nothing_after_a_day(self):
        address = ("PATCH", "customers/me/address", {"address": NEW_ADDRESS})
        send = lambda now, write: self.at(now, *write, key="k")  # noqa: E731
        first = send(MONDAY, CANCEL)
        self.assertEqual(send(MONDAY + DAY, CANCEL).content, first.content)
        self.assertEqual(send(MONDAY + DAY, address).json(), REUSED)
        after = send(MONDAY + DAY + MOMENT, address)
        self.assertEqual(self.done(after)["address"], NEW_ADDRESS)
        self.assertEqual(send(MONDAY + DAY + DAY, address).content, after.content)

    def test_is_forgotten_when_a_later_one_is_recorded(self):
        for n, by in enumerate(("mia", "leo", "sam")):
            self.at(MONDAY + n * MOMENT, "PATCH", "customers/me/address", {"address": NEW_ADDRESS}, by=by, key=by)
        self.at(MONDAY + DAY + 2 * MOMENT, *CANCEL, key="new")
        self.assertEqual(set(IdempotencyRecord.objects.values_list("key", flat=True)), {"sam", "new"})
        self.at(MONDAY + 9 * DAY, *CANCEL, key="refused")
        self.assertEqual(IdempotencyRecord.objects.count(), 2)

    def at(self, now, *write, **more):
        with override_settings(SHOP_CLOCK=now):
            return self.send(*write, **more)


class TheOrderOfChecks(WriteTestCase):
    def setUp(self):
        self.given(order(payments=["payment 10.00 CARD"]), order(order_id="O-2", status="delivered"))

    def send_raw(self, method, path, content="{", content_type="text/plain", token="mia-token", key=None):
        headers = {"Authorization": f"Token {token}"} if token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        before = rows()
        response = self.client.generic(method, f"/api/{path}/", content, content_type, headers=headers)
        self.assertEqual(rows(), before)
        return response

    def test_first_a_token(self):
        for method, path, _ in WRITES:
            for other in ("GET", method):
                response = self.send_raw(other, path, token=None)
                self.assertEqual((response.status_code, response["WWW-Authenticate"]), (401, "Token"))
                self.assertEqual(self.send_raw(other, path, token="x").json(), {"detail": "Invalid token."})

    def test_then_the_method(self):
        for method, path, _ in WRITES:
            for other in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {method}:
                response = self.send_raw(other, path)
                self.assertEqual((response.status_code, response["Allow"]), (405, f"{method}, OPTIONS"))
            self.assertEqual(response["Content-Type"], "application/json")

    def test_then_a_key(self):
        for method, path, _ in WRITES:
            for key in (None, "", " ", "a b", "a\tb", "é", "x" * 256, "a\x7f"):
                response = self.send_raw(method, path, key=key)
                self.assertEqual((response.status_code, response.json()), (400, REQUIRED), key)
        for key in ("!", "~" * 255):
            self.done(self.send("PATCH", "customers/me/address", {"address": NEW_ADDRESS}, key=key))

    def test_then_json(self):
        self.done(self.send(*CANCEL, key="used"))
        for method, path, _ in WRITES:
            response = self.send_raw(method, path, key="used")
            detail = 'Unsupported media type "text/plain" in request.'
            self.assertEqual((response.status_code, response.json()), (415, {"detail": detail}))
            for content in ("{", '{"a": NaN}', "\xff".encode("latin-1"), "[" * 100_000):
                response = self.send_raw(method, path, content, "application/json", key="used")
                self.assertEqual(response.status_code, 400, content[:10])
                self.assertRegex(response.json()["detail"], "^JSON parse error - .")

    def test_then_the_key_again_and_the_thing_and_the_body(self):
        self.done(self.send(*CANCEL, key="used"))
        self.refused("POST", "orders/nothing/cancel", "x", 409, REUSED, key="used")
        self.refused("POST", "orders/nothing/cancel", "x", 404, {"detail": "No Order matches the given query."})
        nobody = {"detail": "No Customer matches the given query."}
        for path in ("customers/nobody/address", "customers/leo/address"):
            self.refused("PATCH", path, "x", 404, nobody)
        whole = {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}
        for method, path, _ in WRITES:
            self.refused(method, path, "x", 400, whole)
            self.refused(method, path, None, 400, {"non_field_errors": ["No data provided"]})

    def test_no_body_is_an_empty_one(self):
        response = self.send_raw("POST", "orders/O-1/cancel", "", key="k")
        self.assertEqual(json.loads(response.content), {"reason": ["This field is required."]})
