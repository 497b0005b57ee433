import logging

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def send_support_request(request):
    """Mail a support request to the people who answer it; their reply goes to the customer. It is
    stored by now, so a mail that fails is told to the log and to nobody else."""
    try:
        support_message(request).send()
    except Exception:
        logger.exception("Support request %s is stored, but could not be mailed.", request.request_id)


def support_message(request):
    customer = request.customer
    about = [
        f"{customer.first_name} {customer.last_name}, {customer.email}",
        f"Customer {customer.customer_id}",
    ]
    if request.order_id:
        about.append(f"Order {request.order_id}")
    email = one_line(customer.email)
    return EmailMessage(
        subject=one_line(f"[{request.request_id}] {request.subject}"),
        body="\n".join([request.message, "", *about]),
        to=[settings.SUPPORT_EMAIL],
        reply_to=[email] if email else None,
    )


def one_line(text):
    """Fit for a header: whatever does not print, line breaks first of all, is a space."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
