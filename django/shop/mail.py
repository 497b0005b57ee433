"""The mail that the shop's staff receive about a support request. Sent by changes.py."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def send_support_request(request):
    """Mail a `SupportRequest` to SUPPORT_EMAIL. Replies go to the customer.

    The request has been stored and answered by now, so a failure is logged and not raised.
    """
    try:
        support_email(request).send()
    except Exception:
        logger.exception("Support request %s is stored, but could not be mailed.", request.request_id)


def support_email(request):
    customer = request.customer
    about = [
        f"{customer.first_name} {customer.last_name}, {customer.email}",
        f"Customer {customer.customer_id}",
    ]
    if request.order_id:
        about.append(f"Order {request.order_id}")
    reply_to = header_value(customer.email)
    return EmailMessage(
        subject=header_value(f"[{request.request_id}] {request.subject}"),
        body="\n".join([request.message, "", *about]),
        to=[settings.SUPPORT_EMAIL],
        reply_to=[reply_to] if reply_to else None,
    )


def header_value(text):
    """`text` made safe for a mail header: characters that do not print, such as line breaks, become spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
