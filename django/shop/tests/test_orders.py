"""How an order changes, and when it does not."""

from datetime import UTC, datetime

from django.test import override_settings

from shop.models import PaymentMethod
from shop.tests import ADDRESS, NEW_ADDRESS, WriteTestCase, order, refusal

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WRITTEN = "2026-11-22T09:00:00Z"
STATUSES = [
    "pending", "processing", "shipped", "delivered", "cancelled", "return_requested", "exchange_requested",
]  # fmt: skip
REPLACE = {"items": [{"item_id": "PEN-RED", "new_item_id": "PEN-BLUE"}], "payment_method_id": "CARD"}
RETURN = {"items": [{"item_id": "PEN-RED"}], "payment_method_id": "CARD"}
PAID = ["payment 10.00 CARD"]


def spoken(status):
    return status.replace("_", " ")


def replace(*pairs, by="CARD"):
    """A body: `replace("PEN-RED PEN-BLUE")`."""
    items = [dict(zip(("item_id", "new_item_id"), pair.split())) for pair in pairs]
    return {"items": items, "payment_method_id": by}


def give_back(*item_ids, to="CARD"):
    return {"items": [{"item_id": item_id} for item_id in item_ids], "payment_method_id": to}


@override_settings(SHOP_CLOCK=NOW)
class OrderTestCase(WriteTestCase):
    def payments(self, order_id="O-1"):
        return [" ".join(payment.values()) for payment in self.stored(order_id)["payments"]]

    def refused_when(self, method, path, body, refused, **fields):
        """Refused for an order in each status: `refused(status)` is the refusal, None for none."""
        for status in STATUSES:
            answer = refused(status)
            if answer:
                self.given(order(payments=PAID, status=status, **fields))
                self.refused(method, path, body, 409, answer)

    def refused_entry(self, path, body, sentence):
        self.refused("POST", path, body, 400, {"items": [sentence]})


class EveryChange(OrderTestCase):
    calls = [
        ("POST", "cancel", {"reason": "ordered_by_mistake"}, "pending", "Cancelled: ordered by mistake."),
        ("PATCH", "address", {"address": NEW_ADDRESS}, "pending", "Address changed."),
        ("POST", "items", REPLACE, "pending", "Items changed."),
        ("PATCH", "payment", {"payment_method_id": "PAYPAL"}, "pending", "Payment method changed."),
        ("POST", "returns", RETURN, "delivered", "Return requested."),
        ("POST", "exchanges", REPLACE, "delivered", "Exchange requested."),
    ]

    def test_answers_the_order_as_it_is_read(self):
        for method, path, body, status, _ in self.calls:
            self.given(order(payments=PAID, status=status))
            answer = self.done(self.send(method, f"orders/O-1/{path}", body))
            headers = {"Authorization": "Token mia-token"}
            self.assertEqual(answer, self.client.get("/api/orders/O-1/", headers=headers).json(), path)

    def test_is_dated_and_noted_where_there_is_a_timeline(self):
        entry = {"at": "2026-11-02T09:15:00Z", "status": "pending"}
        after = {"cancel": "cancelled", "returns": "return_requested", "exchanges": "exchange_requested"}
        for method, path, body, status, note in self.calls:
            for timeline in ([entry], [], None):
                self.given(order(payments=PAID, status=status, timeline=timeline))
                self.done(self.send(method, f"orders/O-1/{path}", body))
                told = {"at": WRITTEN, "status": after.get(path, status), "note": note}
                self.assertEqual(self.stored()["updated_at"], WRITTEN)
                self.assertEqual(self.stored().get("timeline"), None if timeline is None else [*timeline, told])

    def test_leaves_other_orders_alone(self):
        for method, path, body, status, _ in self.calls:
            self.given(*(order(order_id=f"O-{n}", payments=PAID, status=status) for n in (1, 2)))
            before = self.stored("O-2")
            self.done(self.send(method, f"orders/O-1/{path}", body))
            self.assertEqual(self.stored("O-2"), before)

    def test_is_the_customers_or_the_staffs(self):
        absent = {"detail": "No Order matches the given query."}
        for method, path, body, status, _ in self.calls:
            self.given(order(payments=PAID, status=status))
            self.refused(method, f"orders/O-1/{path}", body, 404, absent, by="leo")
            self.refused(method, f"orders/nothing/{path}", body, 404, absent)
            self.refused(method, f"orders/%00/{path}", body, 404, absent)
            self.refused(method, f"orders/O-1/{path}", "nonsense", 404, absent, by="leo")  # before the body
            self.done(self.send(method, f"orders/O-1/{path}", body, by="sam"))

    def test_needs_what_its_body_says(self):
        for method, path, body, _, _ in self.calls:
            self.given(order(payments=PAID, status="cancelled"))  # the body comes before the rules
            required = {name: ["This field is required."] for name in body}
            self.refused(method, f"orders/O-1/{path}", {}, 400, required)
            whole = {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}
            self.refused(method, f"orders/O-1/{path}", [], 400, whole)

    def test_lists_one_to_a_hundred_items(self):
        self.given(order(payments=PAID))
        for path in ("items", "returns", "exchanges"):
            for count, sentence in ((0, "This list may not be empty."),
                                    (101, "Ensure this field has no more than 100 elements.")):  # fmt: skip
                body = {"items": REPLACE["items"] * count, "payment_method_id": "CARD"}
                self.refused("POST", f"orders/O-1/{path}", body, 400, {"items": {"non_field_errors": [sentence]}})
        wrong = {"items": [{"item_id": "x" * 65}, REPLACE["items"][0]], "payment_method_id": " "}
        self.refused("POST", "orders/O-1/items", wrong, 400, {
            "items": {"0": {"item_id": ["Ensure this field has no more than 64 characters."],
                            "new_item_id": ["This field is required."]}},
            "payment_method_id": ["This field may not be blank."],
        })  # fmt: skip


class Cancelling(OrderTestCase):
    def cancel(self, reason="no_longer_needed"):
        return self.done(self.post("orders/O-1/cancel", {"reason": reason}))

    def test_it_is_cancelled_and_refunded(self):
        self.given(order(payments=PAID))
        answer = self.cancel()
        self.assertEqual((answer["status"], answer["cancel_reason"]), ("cancelled", "no_longer_needed"))
        self.assertEqual(self.payments(), ["payment 10.00 CARD", "refund 10.00 CARD"])
        self.assertEqual(self.balances(), {"GIFT": "10.00"})

    def test_each_method_gets_back_what_it_still_paid_first_payments_first(self):
        before = ["refund 9.00 EMPTY", "payment 3.10 PAYPAL", "payment 0.10 GIFT", "refund 3.10 PAYPAL",
                  "payment 0.20 GIFT", "payment 5.00 CARD", "refund 1.50 CARD"]  # fmt: skip
        self.given(order(payments=before))
        self.cancel()
        self.assertEqual(self.payments(), [*before, "refund 0.30 GIFT", "refund 3.50 CARD"])
        self.assertEqual(self.balances(), {"GIFT": "10.30"})

    def test_a_gift_card_gains_at_once(self):
        self.given(order(payments=["payment 4.05 GIFT", "payment 0.95 EMPTY", "payment 1.00 GONE"]))
        self.cancel()
        self.assertEqual(self.balances(), {"GIFT": "14.05", "EMPTY": "0.95"})
        self.assertEqual(self.payments()[3:], ["refund 4.05 GIFT", "refund 0.95 EMPTY", "refund 1.00 GONE"])

    def test_it_is_the_customers_card_that_gains_whoever_cancels(self):
        self.given(order(payments=["payment 4.00 GIFT"]))
        self.done(self.post("orders/O-1/cancel", {"reason": "no_longer_needed"}, by="sam"))
        self.assertEqual((self.balances(), self.balances("leo")), ({"GIFT": "14.00"}, {"GIFT": "10.00"}))

    def test_what_was_not_paid_is_not_refunded(self):
        for payments in ([], ["payment 5.00 GIFT", "refund 5.00 GIFT"], ["payment 5.00 GIFT", "refund 6.00 GIFT"]):
            self.given(order(payments=payments))
            self.cancel()
            self.assertEqual((self.payments(), self.balances()), (payments, {"GIFT": "10.00"}))

    def test_only_a_pending_order(self):
        body = {"reason": "no_longer_needed"}
        self.refused_when("POST", "orders/O-1/cancel", body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be cancelled; this one is {spoken(status)}."))  # fmt: skip
        self.given(order(items_modified=True))
        self.refused("POST", "orders/O-1/cancel", body, 409, refusal(
            "items_modified", "Its items were changed, and an order whose items were changed cannot be cancelled."))  # fmt: skip

    def test_only_for_one_of_two_reasons(self):
        self.given(order())
        for reason, told in (
            ("bored", "bored"),
            ("", ""),
            ("\ud800", "\N{REPLACEMENT CHARACTER}"),
            (["x"], "['x']"),
        ):
            answer = {"reason": [f'"{told}" is not a valid choice.']}
            self.refused("POST", "orders/O-1/cancel", {"reason": reason}, 400, answer)


class AddressOfAnOrder(OrderTestCase):
    def test_it_changes_even_after_the_items_did(self):
        for fields in ({}, {"items_modified": True}):
            self.given(order(payments=PAID, **fields))
            self.done(self.patch("orders/O-1/address", {"address": NEW_ADDRESS}))
            self.assertEqual(self.stored()["address"], NEW_ADDRESS)

    def test_it_always_has_six_keys_in_their_order(self):
        self.given(order())
        given = {"country": " IE ", "postcode": "T12", "city": "Cork", "line1": "Quay 9", "planet": "Earth"}
        answer = self.done(self.patch("orders/O-1/address", {"address": given}))
        self.assertEqual(list(answer["address"].items()), list(NEW_ADDRESS.items()))
        self.assertEqual(list(self.stored()["address"].items()), list(NEW_ADDRESS.items()))

    def test_what_an_address_needs(self):
        self.given(order())
        path = "orders/O-1/address"
        blank, required = ["This field may not be blank."], ["This field is required."]
        self.refused("PATCH", path, {"address": {"line1": " ", "line2": "x" * 201, "state": None}}, 400, {"address": {
            "line1": blank, "line2": ["Ensure this field has no more than 200 characters."], "city": required,
            "state": ["This field may not be null."], "postcode": required, "country": required,
        }})  # fmt: skip
        for bad, sentence in (("a\0b", "Null characters are not allowed."),
                              ("\ud83d", "Surrogate characters are not allowed: U+D83D."),
                              (True, "Not a valid string.")):  # fmt: skip
            self.refused(
                "PATCH", path, {"address": {**ADDRESS, "city": bad}}, 400, {"address": {"city": [sentence]}}
            )

    def test_only_of_a_pending_order(self):
        body = {"address": NEW_ADDRESS}
        self.refused_when("PATCH", "orders/O-1/address", body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only the address of a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip


class Replacing(OrderTestCase):
    """What holds for new items, whether the order is pending (items) or delivered (exchanges)."""

    both = (("items", "pending"), ("exchanges", "delivered"))

    def test_what_cannot_be_replaced(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"
            refused = lambda sentence, *pairs: self.refused_entry(path, replace(*pairs, by="nothing"), sentence)  # noqa: E731
            self.given(order("PEN-RED PEN-BLUE PEN-BLUE INK-RED INK-RED INK-RED", status=status))
            refused("Item PEN-GREY is not in this order.", "PEN-GREY PEN-RED")
            refused("Item PEN-RED was bought once, and is named more often.", *["PEN-RED PEN-GREY"] * 2)
            refused("Item PEN-BLUE was bought twice, and is named more often.", *["PEN-BLUE PEN-GREY"] * 3)
            refused("Item PEN-RED would be replaced by itself.", "PEN-RED PEN-RED")
            for other in ("INK-RED", "nothing"):
                sentence = f"Item {other} is not an item of the same product as PEN-RED."
                refused(sentence, f"PEN-RED {other}")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.refused("POST", path, replace("PEN-RED PEN-GONE", by="nothing"), 409, unavailable)

    def test_a_third_mention(self):
        self.given(order("INK-RED INK-RED INK-RED", status="delivered"))
        sentence = "Item INK-RED was bought 3 times, and is named more often."
        self.refused_entry("orders/O-1/returns", give_back(*["INK-RED"] * 4), sentence)

    def test_the_first_wrong_entry_is_told(self):
        for path, status in self.both:
            self.given(order("PEN-RED PEN-BLUE", status=status))
            body = replace("PEN-RED PEN-GONE", "PEN-GREY PEN-RED")
            unavailable = refusal("item_unavailable", "Item PEN-GONE is not available.")
            self.refused("POST", f"orders/O-1/{path}", body, 409, unavailable)
            body = replace("PEN-RED PEN-RED", "PEN-GREY PEN-RED")
            self.refused_entry(f"orders/O-1/{path}", body, "Item PEN-RED would be replaced by itself.")

    def test_whose_method(self):
        for path, status in self.both:
            self.given(order("PEN-RED", status=status), methods=[{"payment_method_id": "X", "kind": "paypal"}])
            for new in ("PEN-BLUE", "PEN-TIN"):  # for a difference of nothing, too
                self.refused("POST", f"orders/O-1/{path}", replace(f"PEN-RED {new}"), 400, {
                    "payment_method_id": ["CARD is not a payment method of this customer."]})  # fmt: skip

    def test_staff_use_the_customers_methods(self):
        for path, status in self.both:
            self.given(order("PEN-RED", status=status))
            self.done(self.post(f"orders/O-1/{path}", REPLACE, by="sam"))

    def test_a_gift_card_covers_the_difference_to_the_cent(self):
        for path, status in self.both:
            path = f"orders/O-1/{path}"
            dearer = ["PEN-RED PEN-BLUE"]
            self.given(order("PEN-RED", status=status), methods=[gift("G", "2.49"), gift("E", None)])
            self.refused("POST", path, replace(*dearer, by="G"), 409, refusal(
                "gift_card_balance", "Gift card G has 2.49 EUR, and 2.50 EUR are needed."))  # fmt: skip
            self.refused("POST", path, replace(*dearer, by="E"), 409, refusal(
                "gift_card_balance", "Gift card E has 0.00 EUR, and 2.50 EUR are needed."))  # fmt: skip
            PaymentMethod.objects.filter(payment_method_id="G").update(balance="2.50")
            self.done(self.post(path, replace(*dearer, by="G")))
            for cheaper in ("PEN-GREY", "PEN-TIN"):
                self.given(order("PEN-RED", status=status), methods=[gift("E", None)])
                self.done(self.post(path, replace(f"PEN-RED {cheaper}", by="E")))


def gift(method_id, balance):
    return {"payment_method_id": method_id, "kind": "gift_card", "balance": balance}


class ChangingItems(OrderTestCase):
    def change(self, *pairs, by="CARD"):
        return self.done(self.post("orders/O-1/items", replace(*pairs, by=by)))

    def test_a_line_takes_id_options_and_present_price(self):
        self.given(order("INK-RED PEN-RED PEN-GREY", payments=["payment 20.90 CARD"]))
        answer = self.change("PEN-RED PEN-BLUE")
        self.assertEqual(answer["lines"][1], {
            "item_id": "PEN-BLUE", "product_id": "PEN", "name": "As bought", "options": {"colour": "blue"},
            "price": "12.50",
        })  # fmt: skip
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["INK-RED", "PEN-BLUE", "PEN-GREY"])
        self.assertEqual((answer["items_modified"], answer["status"], answer["total"]), (True, "pending", "23.40"))

    def test_the_nth_mention_is_the_nth_line_as_it_was(self):
        self.given(order("PEN-RED PEN-BLUE PEN-RED"))
        answer = self.change("PEN-RED PEN-GREY", "PEN-BLUE PEN-RED", "PEN-RED PEN-TIN")
        self.assertEqual([line["item_id"] for line in answer["lines"]], ["PEN-GREY", "PEN-RED", "PEN-TIN"])

    def test_the_old_price_is_the_lines_not_the_catalogues(self):
        bought = order("PEN-RED")
        bought["items"][0]["price"] = "9.99"
        self.given(bought)
        self.change("PEN-RED PEN-TIN")
        self.assertEqual(self.payments(), ["payment 0.01 CARD"])

    def test_the_difference_is_paid_refunded_or_nothing(self):
        dearer, cheaper, same = "PEN-RED PEN-BLUE", "PEN-RED PEN-GREY", "PEN-RED PEN-TIN"
        for pairs, by, payments, balance in (
            ([dearer], "CARD", ["payment 2.50 CARD"], "10.00"),
            ([dearer], "GIFT", ["payment 2.50 GIFT"], "7.50"),
            ([cheaper], "PAYPAL", ["refund 2.10 PAYPAL"], "10.00"),
            ([cheaper], "GIFT", ["refund 2.10 GIFT"], "12.10"),
            ([same], "GIFT", [], "10.00"),
            ([dearer, cheaper], "GIFT", ["payment 0.40 GIFT"], "9.60"),
        ):
            self.given(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"]))
            self.change(*pairs, by=by)
            self.assertEqual(self.payments(), ["payment 20.00 CARD", *payments])
            self.assertEqual(self.balances(), {"GIFT": balance})

    def test_a_hundred_cents_are_exact(self):
        bought = order(" ".join(["PEN-RED"] * 100))
        for line in bought["items"]:
            line["price"] = "9.90"
        self.given(bought)
        self.change(*["PEN-RED PEN-TIN"] * 100, by="GIFT")
        self.assertEqual((self.payments(), self.balances()), (["payment 10.00 GIFT"], {"GIFT": "0.00"}))

    def test_once_and_only_of_a_pending_order(self):
        path = "orders/O-1/items"
        self.given(order())
        self.change("PEN-RED PEN-BLUE")
        self.refused("POST", path, replace("PEN-BLUE PEN-RED"), 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip
        self.refused_when("POST", path, REPLACE, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip


class ChangingThePayment(OrderTestCase):
    path = "orders/O-1/payment"

    def change(self, method_id):
        return self.done(self.patch(self.path, {"payment_method_id": method_id}))

    def test_the_new_method_pays_and_the_old_is_refunded(self):
        self.given(order(payments=PAID))
        self.change("PAYPAL")
        self.assertEqual(self.payments(), [*PAID, "payment 10.00 PAYPAL", "refund 10.00 CARD"])

    def test_gift_cards_move_at_once(self):
        self.given(order(payments=PAID))
        self.change("GIFT")
        self.assertEqual(self.balances(), {"GIFT": "0.00"})
        self.given(order(payments=["payment 0.10 GIFT"]), methods=[gift("GIFT", "0.20"), gift("OTHER", "0.10")])
        self.change("OTHER")
        self.assertEqual(self.balances(), {"GIFT": "0.30", "OTHER": "0.00"})

    def test_a_gift_card_covers_the_whole(self):
        self.given(order(payments=["payment 10.01 CARD"]))
        self.refused("PATCH", self.path, {"payment_method_id": "GIFT"}, 409, refusal(
            "gift_card_balance", "Gift card GIFT has 10.00 EUR, and 10.01 EUR are needed."))  # fmt: skip

    def test_another_method_of_the_customer(self):
        self.given(order(payments=PAID))
        for method_id, sentence in (("CARD", "CARD pays for this order already."),
                                    ("nothing", "nothing is not a payment method of this customer.")):  # fmt: skip
            body = {"payment_method_id": method_id}
            self.refused("PATCH", self.path, body, 400, {"payment_method_id": [sentence]})

    def test_a_method_that_is_gone_is_not_the_customers_whatever_it_paid(self):
        self.given(order(payments=["payment 10.00 GONE"]))
        self.refused("PATCH", self.path, {"payment_method_id": "GONE"}, 400, {
            "payment_method_id": ["GONE is not a payment method of this customer."]})  # fmt: skip
        self.change("PAYPAL")

    def test_only_a_single_payment(self):
        single = refusal(
            "payment_not_single",
            "The payment method can be changed only while the order has exactly one payment and no refund.",
        )
        for payments in ([], ["refund 1.00 CARD"], PAID * 2, [*PAID, "refund 1.00 CARD"]):
            self.given(order(payments=payments))
            self.refused("PATCH", self.path, {"payment_method_id": "nothing"}, 409, single)

    def test_only_of_a_pending_order_with_its_first_items(self):
        body = {"payment_method_id": "PAYPAL"}
        self.refused_when("PATCH", self.path, body, lambda status: status != "pending" and refusal(
            "not_pending", f"Only a pending order can be changed; this one is {spoken(status)}."))  # fmt: skip
        self.given(order(items_modified=True))  # no payment either, but the state comes first
        self.refused("PATCH", self.path, body, 409, refusal(
            "items_modified", "Its items were changed once already; only its address can still be changed."))  # fmt: skip


class ReturningAndExchanging(OrderTestCase):
    def test_a_return_is_a_request_and_moves_no_money(self):
        self.given(order("PEN-RED INK-RED PEN-RED", payments=["payment 23.00 CARD"], status="delivered"))
        self.done(self.post("orders/O-1/returns", give_back("PEN-RED", "INK-RED", "PEN-RED", to="GIFT")))
        stored = self.stored()
        self.assertEqual(stored["status"], "return_requested")
        self.assertEqual(
            stored["return"], {"item_ids": ["PEN-RED", "INK-RED", "PEN-RED"], "payment_method_id": "GIFT"}
        )
        self.assertEqual((self.payments(), self.balances()), (["payment 23.00 CARD"], {"GIFT": "10.00"}))

    def test_an_exchange_is_a_request_and_moves_no_money(self):
        for pairs, difference in (
            (["PEN-RED PEN-BLUE"], "2.50"),
            (["PEN-RED PEN-GREY"], "-2.10"),
            (["PEN-RED PEN-TIN"], "0.00"),
            (["PEN-RED PEN-BLUE", "PEN-RED PEN-GREY"], "0.40"),
        ):
            self.given(order("PEN-RED PEN-RED", payments=["payment 20.00 CARD"], status="delivered"))
            before = self.stored()["items"]
            self.done(self.post("orders/O-1/exchanges", replace(*pairs, by="GIFT")))
            stored = self.stored()
            self.assertEqual((stored["status"], stored["items"]), ("exchange_requested", before))
            self.assertEqual(stored["exchange"], {
                "item_ids": [pair.split()[0] for pair in pairs], "new_item_ids": [pair.split()[1] for pair in pairs],
                "payment_method_id": "GIFT", "price_difference": difference,
            })  # fmt: skip
            self.assertEqual((self.payments(), self.balances()), (["payment 20.00 CARD"], {"GIFT": "10.00"}))

    def test_what_cannot_be_returned(self):
        self.given(order("PEN-RED", status="delivered"))
        path = "orders/O-1/returns"
        self.refused_entry(path, give_back("INK-RED", to="nothing"), "Item INK-RED is not in this order.")
        sentence = "Item PEN-RED was bought once, and is named more often."
        self.refused_entry(path, give_back("PEN-RED", "PEN-RED", to="nothing"), sentence)

    def test_a_return_goes_to_who_paid_or_to_a_gift_card(self):
        refused = {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]}  # fmt: skip
        bought = {
            "CARD": PAID,
            "GONE": ["payment 10.00 GONE"],  # the customer's no more, and still the one that paid
            "PAYPAL": ["payment 5.00 CARD", "refund 5.00 CARD", "payment 5.00 PAYPAL", "payment 1.00 CARD",
                       "refund 1.00 CARD"],
            None: ["payment 10.00 CARD", "refund 10.00 CARD"],
        }  # fmt: skip
        for original, payments in bought.items():
            for method_id in ("CARD", "PAYPAL", "GONE", "GIFT", "EMPTY", "nothing"):
                self.given(order(payments=payments, status="delivered"))
                body = give_back("PEN-RED", to=method_id)
                if method_id in (original, "GIFT", "EMPTY"):
                    self.done(self.post("orders/O-1/returns", body))
                else:
                    self.refused("POST", "orders/O-1/returns", body, 400, refused)

    def test_of_two_that_paid_the_first_is_the_original(self):
        self.given(order(payments=["payment 5.00 PAYPAL", "payment 5.00 CARD"], status="delivered"))
        self.refused("POST", "orders/O-1/returns", RETURN, 400, {"payment_method_id": [
            "A return is refunded to the original payment method or to a gift card of the customer."]})  # fmt: skip
        self.done(self.post("orders/O-1/returns", {**RETURN, "payment_method_id": "PAYPAL"}))

    def test_once_and_only_of_a_delivered_order(self):
        codes = {"return_requested": "already_returned", "exchange_requested": "already_exchanged"}
        for path, body in (("returns", RETURN), ("exchanges", REPLACE)):
            self.refused_when("POST", f"orders/O-1/{path}", body, lambda status: status != "delivered" and refusal(
                codes.get(status, "not_delivered"),
                f"Only a delivered order can be returned or exchanged; this one is {spoken(status)}."))  # fmt: skip
