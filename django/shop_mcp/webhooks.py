"""Sends the events that events.py has written to the MCP server, each in a request signed with WEBHOOK_SECRET.

    POST /hooks/shop
    Shop-Signature: t=1764205200,v1=5f8d…

    {"id": "0f3c…", "type": "order.changed", "order_id": "1054"}

Whoever writes an event wakes `sender`, a thread of that process, which sends it after the commit. What it cannot send
stays due, for it or for another process: `manage.py send_events` is one that does nothing else. A row is taken by an
update that only one of several senders can make, and for LEASE seconds. One that dies meanwhile has lost nothing: the
event is due again, under the same id, by which the server tells of it once.
"""

import atexit
import hmac
import json
import logging
import os
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPException
from threading import Event as Flag
from threading import Lock, Thread
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.db import Error, connections, router
from django.db.models import F, Min
from django.utils import timezone

from shop_mcp.conf import setting
from shop_mcp.idempotency import delete_some
from shop_mcp.models import Event

logger = logging.getLogger(__name__)

TIMEOUT = 5  # seconds, for the server to accept a connection, and to answer
LEASE = 30  # seconds for which an event is its sender's
LONGEST_DELAY = 60  # seconds between two attempts, if the server asks for no more
LONGEST_RETRY_AFTER = 3600
PRUNE_EVERY = 300  # seconds

NEVER = (400, 413)  # answers that this event would get every time
ANSWERS = {
    **dict.fromkeys(range(200, 300), "answers as another program would. The path is /hooks/shop"),
    **dict.fromkeys(range(300, 400), "answers with a redirect, which would lose the event. Name where it leads"),
    401: 'does not accept the signature. Compare SHOP_MCP["WEBHOOK_SECRET"] with its SHOP_MCP_WEBHOOK_SECRET, '
    "and the clocks of both machines",
    404: "has no such path. It is /hooks/shop, and there with SHOP_MCP_WEBHOOK_SECRET only",
    405: "takes no POST there. The path is /hooks/shop",
}


@dataclass(frozen=True)
class Answer:
    """Of the server to an event: a status, or 0 without an answer; what it says; in how many seconds to ask again; and
    whether it has taken the event."""

    status: int
    words: str = ""
    retry_after: float = 0
    is_taken: bool = False

    def __str__(self):
        known = ANSWERS.get(self.status, "cannot take it" if self.status else "gives no answer")
        details = " ".join(filter(None, [str(self.status or ""), self.words]))
        return f"The MCP server {known} ({details})." if details else f"The MCP server {known}."


# A request.


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


@cache
def opener():
    return build_opener(NoRedirects)  # which reads the certificates, where the address is https


def post(event):
    """Send an event. Returns the `Answer`."""
    body = json.dumps({"id": str(event.pk), "type": event.type, event.id_name: event.subject}).encode()
    headers = {
        "Content-Type": "application/json",
        "Shop-Signature": signature(body, int(time.time())),
        "User-Agent": "django-shop-mcp",
    }
    request = Request(setting("WEBHOOK_URL"), body, headers, method="POST")
    try:
        with opener().open(request, timeout=TIMEOUT) as response:
            return Answer(response.status, is_taken=said_in(response, "outcome") in ("told", "told_before"))
    except HTTPError as error:
        with error:
            words = said_in(error, "error", "message") or ""
            return Answer(error.code, printable(words), retry_after(error.headers.get("Retry-After", "")))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, printable(getattr(error, "reason", error)))


def signature(body, seconds):
    """The header of a body, with a `v1` for each secret: the server's next one, and its last."""
    signed = b"%d.%b" % (seconds, body)
    digests = [hmac.digest(secret.encode(), signed, "sha256").hex() for secret in secrets()]
    return ",".join([f"t={seconds}", *(f"v1={digest}" for digest in digests)])


def secrets():
    given = setting("WEBHOOK_SECRET") or []
    return [given] if isinstance(given, str) else given


def said_in(response, *names):
    """What the server says in JSON under these names; None where it says something else, as the pages of proxies do."""
    try:
        said = json.loads(response.read(4096))
        for name in names:
            said = said[name]
        return said
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return None


def printable(text):
    return "".join(char if char.isprintable() else " " for char in str(text))[:300]


def retry_after(header):
    """The seconds that `Retry-After` asks for, as a number or as a date."""
    try:
        seconds = int(header) if header.isdigit() else parsedate_to_datetime(header).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return 0
    return max(0, min(seconds, LONGEST_RETRY_AFTER))


def backoff(attempts):
    """The seconds to wait after so many attempts: 1, 2, 4 and so on, and up to a quarter more by chance."""
    return min(2 ** min(attempts - 1, 16), LONGEST_DELAY) * random.uniform(1, 1.25)


# The rows.


def events():
    return Event.objects.using(router.db_for_write(Event))


def claim():
    """The event that has been due for longest, now this sender's; None where nothing is due."""
    due = events().filter(due_at__lte=timezone.now())
    while event := due.order_by("due_at").first():
        lease = timezone.now() + timedelta(seconds=LEASE)
        if due.filter(pk=event.pk, attempts=event.attempts).update(attempts=F("attempts") + 1, due_at=lease):
            event.attempts += 1
            return event


def settle(event, error=""):
    """An event is done with: it was delivered, or never will be."""
    events().filter(pk=event.pk).update(due_at=None, settled_at=timezone.now(), error=error)


def put_off(event, seconds, error):
    """An event is sent again later, unless that was too slow, and another sender has it."""
    due_at = timezone.now() + timedelta(seconds=seconds)
    events().filter(pk=event.pk, attempts=event.attempts).update(due_at=due_at, error=error)


def lifetime():
    return timedelta(seconds=setting("EVENT_LIFETIME"))


def deliver(event):
    """Send an event once, and store what became of it. Returns the `Answer`."""
    answer = post(event)
    if answer.is_taken:
        settle(event)
    elif answer.status in NEVER or event.created_at < timezone.now() - lifetime():
        settle(event, f"Given up. {answer}")
        logger.error("%s is given up, and not sent again. %s", event, answer)
    else:
        delay = max(backoff(event.attempts), answer.retry_after)
        put_off(event, delay, str(answer))
        logger.warning("%s is sent again in %d s. %s", event, delay, answer)
    return answer


# The sender.


class Sender:
    """Sends what is due: as a thread by `wake()`, in a loop of your own by `round()`."""

    def __init__(self):
        self.failures = 0  # one after the other
        self.rests_until = self.pruned_at = time.monotonic()
        self.lock, self.woken, self.idle = Lock(), Flag(), Flag()
        self.idle.set()
        self.thread = None

    def send_due(self):
        """Send one event after the other, until nothing is due or the server takes none.

        Returns whether the server took them all. It is then left alone for a while, whatever is due: an outage is no
        reason to send everything there over and over.
        """
        while time.monotonic() >= self.rests_until:
            event = claim()
            if event is None:
                self.failures = 0
                break
            answer = deliver(event)
            if not (answer.is_taken or answer.status in NEVER):
                self.rest(answer.retry_after)
        if time.monotonic() - self.pruned_at > PRUNE_EVERY:
            self.pruned_at = time.monotonic()
            delete_some(events().filter(settled_at__lt=timezone.now() - lifetime()))
        return not self.failures

    def rest(self, least=0):
        """Do nothing for a while, which grows with each failure. Returns its seconds."""
        self.failures += 1
        seconds = max(backoff(self.failures), least)
        self.rests_until = time.monotonic() + seconds
        return seconds

    def pause(self):
        """The seconds until something is due; None where nothing is to be sent."""
        due_at = events().aggregate(Min("due_at"))["due_at__min"]
        return due_at and max(0, (due_at - timezone.now()).total_seconds())

    def round(self):
        """Send what is due, log what fails, and return the seconds until the next round; None: there is nothing."""
        try:
            self.send_due()
            return max(0, self.rests_until - time.monotonic()) or self.pause()
        except Error as error:
            logger.warning("Events wait, for the database fails: %s", printable(error))
        except Exception:
            logger.exception("Events wait, for sending them fails.")
        connections.close_all()
        return self.rest()

    # As a thread, which ends with its process.

    def wake(self):
        """Send what is due, soon and elsewhere. Whoever calls this waits for nothing, and hears of no failure."""
        with self.lock:
            if not (self.thread and self.thread.is_alive()):
                self.thread = Thread(target=self.run, name="shop_mcp events", daemon=True)
                self.thread.start()
            self.idle.clear()
            self.woken.set()

    def run(self):
        pause = 0
        while True:
            self.woken.wait(pause)
            self.woken.clear()
            pause = self.round()
            connections.close_all()  # nothing else closes those of a thread
            with self.lock:
                if not self.woken.is_set():
                    self.idle.set()

    def finish(self):
        """Wait until what was just committed is sent, or an attempt has failed: a command would end before that."""
        self.idle.wait(TIMEOUT)


sender = Sender()
atexit.register(lambda: sender.finish())


def after_fork():
    """A child has none of its parent's threads, but perhaps a lock that one of them held."""
    global sender
    sender = Sender()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork)
