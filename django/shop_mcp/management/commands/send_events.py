"""manage.py send_events: sends events to the MCP server that could not be sent at once. See webhooks.py.

    manage.py send_events          until it is ended; a deployment runs one or more beside the web server
    manage.py send_events --once   what is due now, for cron; exits with 1 if the server does not take it

An event that is sent meanwhile, when SIGTERM or Ctrl-C ends it, is seen through.
"""

import signal
import sys
from threading import Event as Flag

from django.core.management.base import BaseCommand, CommandError

from shop_mcp.conf import setting
from shop_mcp.webhooks import Sender

POLL = 1  # seconds after which it looks again for what another process has written


class Command(BaseCommand):
    help = "Sends what has changed in the shop to the MCP server, again and again until it is delivered."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="send what is due now, and end")

    def handle(self, *args, once, **options):
        if not setting("WEBHOOK_URL"):
            raise CommandError('SHOP_MCP["WEBHOOK_URL"] is not set, so there is nothing to send events to.')
        sender = Sender()
        if once:
            if not sender.send_due():
                sys.exit(1)
            return
        ended = Flag()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: ended.set())
        self.stderr.write("Sending events. Ctrl-C ends it.")
        while not ended.is_set():
            pause = sender.round()
            ended.wait(POLL if pause is None else min(pause, POLL))
