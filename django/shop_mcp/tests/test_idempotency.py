"""A change that is sent twice is made once."""

from unittest import mock

from django.test import TestCase
from rest_framework.response import Response

from shop_mcp.models import IdempotencyRecord
from shop_mcp.tests.bookshop import api
from shop_mcp.tests.testcases import BookshopMixin
from shop_mcp.views import OrderViewSet


class IdempotencyTests(BookshopMixin, TestCase):
    def test_same_key_gives_the_first_answer(self):
        with mock.patch.object(api, "afterwards") as afterwards:
            first, second = self.cancel(key="k"), self.cancel(key="k")
        self.assertEqual((first.status_code, first.content, first["ETag"]), (200, second.content, second["ETag"]))
        self.assertEqual((afterwards.call_count, self.states()), (1, [9, 1, 1]))

    def test_key_of_another_request_is_refused(self):
        self.cancel(key="k")
        for answer in (self.cancel(key="k", body={"reason": "ordered_by_mistake"}), self.cancel(1, key="k")):
            self.assertEqual((answer.status_code, answer.json()["code"]), (409, "idempotency_key_reused"))
        self.assertEqual(self.states(), [9, 1, 1])

    def test_key_is_the_users_own(self):
        self.assertEqual(
            [self.cancel(key="k").status_code, self.cancel(2, user="leo", key="k").status_code], [200, 200]
        )

    def test_key_is_needed(self):
        for key in (" ", "ä", "k" * 256):
            answer = self.cancel(key=key)
            self.assertEqual((answer.status_code, answer.json()["code"]), (400, "idempotency_key_required"))

    def test_refusal_is_not_recorded(self):
        self.assertEqual(self.cancel(key="k", body={}).status_code, 400)
        self.assertEqual(self.cancel(key="k").status_code, 200)

    def test_answer_that_is_not_2xx_rolls_back_and_is_not_recorded(self):
        make_change = OrderViewSet.make_change

        def refuse(view, change):
            make_change(view, change)
            return Response({"detail": "No."}, status=409)

        with mock.patch.object(OrderViewSet, "make_change", refuse):
            self.assertEqual(self.cancel(key="k").json(), {"detail": "No."})
        self.assertEqual((self.states(), IdempotencyRecord.objects.count()), ([1, 1, 1], 0))

    def test_exception_rolls_both_back(self):
        with mock.patch.object(api, "afterwards", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            self.cancel(key="k")
        self.assertEqual((self.states(), IdempotencyRecord.objects.count()), ([1, 1, 1], 0))
