"""POST /api/support/requests/"""

import smtplib
import tempfile
from email import message_from_bytes, policy
from pathlib import Path
from unittest import mock

from django.contrib.auth.models import User
from django.core import mail
from django.test import override_settings
from rest_framework.authtoken.models import Token

from shop.tests.factories import NEW_ADDRESS, dump, load, order
from shop.tests.testcases import WriteTestCase


class SupportRequestTests(WriteTestCase):
    def request_support(self, subject="Red ink", message="It is not red.", **more):
        as_user, key = more.pop("as_user", "mia"), more.pop("key", None)
        with self.captureOnCommitCallbacks(execute=True):
            response = self.post(
                "support/requests", {"subject": subject, "message": message, **more}, as_user=as_user, key=key
            )
        return self.assertSucceeds(response, 201)

    def test_stores_request(self):
        self.load_shop(order())
        self.assertNotIn("support_requests", dump())
        answer = self.request_support(" Red ink ", "\nIt is\nnot red. ", order_id="O-1")
        self.assertEqual(list(answer.items()), [
            ("request_id", "request-1"), ("customer_id", "mia"), ("subject", "Red ink"),
            ("message", "It is\nnot red."), ("order_id", "O-1"),
        ])  # fmt: skip
        self.assertEqual(dump()["support_requests"], [answer])

    def test_order_is_optional(self):
        self.load_shop()
        for more in ({}, {"order_id": None}):
            self.assertIsNone(self.request_support(**more)["order_id"])
        self.assertNotIn("order_id", dump()["support_requests"][0])

    def test_ids_continue_from_the_highest(self):
        before = ["request-9", "request-10", "request-x99", "request-99x", "R-100", "request--5"]
        requests = [{"request_id": one, "customer_id": "leo", "subject": "", "message": ""} for one in before]
        self.load_shop(support_requests=requests)
        self.assertEqual([self.request_support()["request_id"] for _ in range(2)], ["request-11", "request-12"])

    def test_order_must_be_visible_to_caller(self):
        self.load_shop(order())
        body = {"subject": "Ink", "message": "?"}
        absent = {"order_id": ["No Order matches the given query."]}
        for order_id, as_user in (("O-1", "leo"), ("nothing", "mia"), ("nothing", "sam")):
            self.assertRefused(
                "POST", "support/requests", {**body, "order_id": order_id}, 400, absent, as_user=as_user
            )
        self.assertEqual(self.request_support(as_user="sam", order_id="O-1")["customer_id"], "sam")

    def test_body_is_validated(self):
        self.load_shop()
        self.assertRefused("POST", "support/requests", {"subject": "x" * 201, "message": "x" * 4001, "order_id": ""}, 400, {
            "subject": ["Ensure this field has no more than 200 characters."],
            "message": ["Ensure this field has no more than 4000 characters."],
            "order_id": ["This field may not be blank."],
        })  # fmt: skip
        required = ["This field is required."]
        self.assertRefused("POST", "support/requests", {}, 400, {"subject": required, "message": required})

    def test_user_without_customer_is_404(self):
        self.load_shop()
        Token.objects.create(key="root-token", user=User.objects.create(username="root", is_staff=True))
        body = {"subject": "Ink", "message": "?"}
        nobody = {"detail": "No Customer matches the given query."}
        self.assertRefused("POST", "support/requests", body, 404, nobody, as_user="root")
        self.assertRefused("PATCH", "customers/me/address", {"address": NEW_ADDRESS}, 404, nobody, as_user="root")

    def test_is_mailed_once(self):
        self.load_shop(order())
        for _ in range(2):
            self.request_support("Red ink", "It is not red.\n.\nAt all: é", order_id="O-1", key="k")
        (sent,) = mail.outbox
        self.assertEqual((sent.to, sent.from_email), (["support@localhost"], "support@localhost"))
        self.assertEqual((sent.subject, sent.reply_to), ("[request-1] Red ink", ["mia@shop.example"]))
        self.assertEqual(
            sent.body,
            "It is not red.\n.\nAt all: é\n\nMia Muñoz, mia@shop.example\nCustomer mia\nOrder O-1",
        )
        self.request_support()
        self.assertNotIn("Order", mail.outbox[1].body)

    def test_is_mailed_only_if_stored(self):
        self.load_shop()
        with self.captureOnCommitCallbacks(execute=True) as callbacks:
            self.post("support/requests", {"subject": "Ink", "message": "?", "order_id": "nothing"})
        self.assertEqual((callbacks, mail.outbox), ([], []))
        # Fails at the last step in the transaction.
        with mock.patch("shop_mcp.idempotency.delete_some", side_effect=RuntimeError):
            with self.assertRaises(RuntimeError), self.assertLogs("django.request", "ERROR"):
                self.request_support()
        self.assertEqual(mail.outbox, [])

    def test_subject_of_mail_is_one_line(self):
        self.load_shop()
        for subject in (
            "Ink\r\nBcc: all@shop.example",
            "Ink\u2028Bcc: all@shop.example",
            "Ink\n\n\x1bBcc: all@shop.example",
        ):
            self.request_support(subject)
            sent = mail.outbox[-1].message()["Subject"]
            self.assertRegex(str(sent), r"^\[request-\d\] Ink Bcc: all@shop.example$")
            self.assertIsNone(mail.outbox[-1].message()["Bcc"])

    def test_is_mailed_with_invalid_or_missing_reply_address(self):
        for email, reply_to in (
            ("", None),
            ("mia@shop.example\nBcc: all@shop.example", "mia@shop.example Bcc: all@shop.example"),
        ):
            self.load_shop()
            content = dump()
            content["customers"][0]["email"] = email
            load(content)
            self.request_support()
            self.assertEqual(mail.outbox[-1].message()["Reply-To"], reply_to)

    def test_succeeds_when_mail_server_fails(self):
        self.load_shop()
        with mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages",
                        side_effect=smtplib.SMTPServerDisconnected("gone")):  # fmt: skip
            with self.assertLogs("shop", "ERROR") as logs:
                answer = self.request_support(key="k")
        self.assertIn("Support request request-1 is stored, but could not be mailed.", logs.output[0])
        self.assertEqual(dump()["support_requests"][0]["request_id"], answer["request_id"])
        self.assertEqual(self.request_support(key="k"), answer)
        self.assertEqual(mail.outbox, [])

    def test_mail_can_be_written_to_a_folder(self):
        self.load_shop(order())
        with tempfile.TemporaryDirectory() as folder, override_settings(
            EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", EMAIL_FILE_PATH=folder,
            SUPPORT_EMAIL="people@shop.example",
        ):  # fmt: skip
            for _ in range(2):
                self.request_support("Rote Tinte für 5 €", "Größe 😀", order_id="O-1", key="k")
            (file,) = Path(folder).iterdir()
            sent = message_from_bytes(file.read_bytes().split(b"\n" + b"-" * 79)[0], policy=policy.default)
        self.assertEqual(sent["Subject"], "[request-1] Rote Tinte für 5 €")
        self.assertEqual((sent["To"], sent["Reply-To"]), ("people@shop.example", "mia@shop.example"))
        self.assertIn("Größe 😀", sent.get_content())
