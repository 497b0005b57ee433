"""A preview shows the order after a change, and changes nothing."""

from unittest import mock

from django.test import TestCase

from shop_mcp.changes import change
from shop_mcp.models import IdempotencyRecord
from shop_mcp.tests.bookshop.api import Purchases
from shop_mcp.tests.bookshop.models import Booking, Purchase
from shop_mcp.tests.testcases import ADDRESS, BookshopMixin

CHANGES = [("cancel", "post", {"reason": "no_longer_needed"}), ("address", "patch", ADDRESS)]


class PreviewTests(BookshopMixin, TestCase):
    def test_is_what_the_change_answers_and_stores_nothing(self):
        for n, (name, method, body) in enumerate(CHANGES):
            preview = self.preview(name, body, n=n).json()
            self.assertEqual((self.states()[n], Booking.objects.count()), (1, 3 + n))
            changed = self.send(method, f"{self.order_path(n)}{name}/", body).json()
            if name == "cancel":  # the shop gave the booking a number, which nobody sees
                self.assertEqual(changed["change"]["payments"], preview["change"]["payments"])
            self.assertEqual(preview, changed)
        self.assertEqual(IdempotencyRecord.objects.count(), 2)

    def test_is_refused_as_the_change_is(self):
        for state, number in ((2, "B"), (1, "final"), (1, "B")):
            Purchase.objects.update(state=state, number=number)
            for name, method, body in CHANGES:
                for sent in (body, {}, {"reason": 7, "address": []}):
                    preview = self.preview(name, sent)
                    if preview.status_code == 200:
                        continue
                    answer = self.send(method, f"{self.order_path()}{name}/", sent)
                    self.assertEqual((preview.status_code, preview.content), (answer.status_code, answer.content))

    def test_of_a_change_without_one_is_501(self):
        answer = self.preview("payment", {"payment_method_id": "visa"})
        self.assertEqual((answer.status_code, answer.json()["code"]), (501, "preview_impossible"))

    def test_whose_function_returns_nothing_is_no_answer(self):
        def address(view, purchase, address):
            pass

        with mock.patch.object(Purchases, "address", change(preview=address)(address)):
            with self.assertRaisesMessage(TypeError, "Return the changed order."):
                self.preview("address", ADDRESS)

    def test_of_what_is_no_change_is_refused(self):
        self.assertEqual(self.preview("items", {}).json(), {"change": ['"items" is not a valid choice.']})
