"""A server that takes events as the MCP server does, and `ReportingMixin`, with which a shop reports to it."""

import hmac
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

from django.test import override_settings

from shop_mcp import webhooks
from shop_mcp.models import Event

TOLD = (202, {}, '{"outcome":"told"}')
SECRET = "a webhook secret of forty characters, no less"


class Receiver(ThreadingHTTPServer):
    """`received` has the body of each request that is signed. They are answered by `answers`, and then as told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.received, self.signatures, self.answers = Queue(), [], []
        self.url = f"http://127.0.0.1:{self.server_port}/hooks/shop"
        Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    def bodies(self):
        return [self.received.get_nowait() for _ in range(self.received.qsize())]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        header = self.headers["Shop-Signature"]
        time, *signatures = re.fullmatch(r"t=(\d+)((?:,v1=[0-9a-f]{64})+)", header).group(1, 2)
        right = hmac.new(SECRET.encode(), time.encode() + b"." + body, "sha256").hexdigest()
        status, headers, answer = 401, {}, ""
        if self.path == "/hooks/shop" and f",v1={right}" in signatures[0]:
            status, headers, answer = self.server.answers.pop(0) if self.server.answers else TOLD
            self.server.received.put(json.loads(body))
        self.server.signatures.append(header)
        self.send_response(status)
        for name, value in {"Content-Length": len(answer), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *args):
        pass


class ReportingMixin:
    """A shop that reports to `self.receiver`. Its sender is not woken: `self.woken` counts how often it would be."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.report_to(self.receiver.url)
        self.woken = 0
        self.addCleanup(vars(webhooks.sender).pop, "wake")
        webhooks.sender.wake = self.count

    def count(self):
        self.woken += 1

    def report_to(self, url, secret=SECRET, **more):
        settings = override_settings(SHOP_MCP={"CURRENCY": "EUR", "WEBHOOK_URL": url, "WEBHOOK_SECRET": secret, **more})
        settings.enable()
        self.addCleanup(settings.disable)

    def reported(self):
        """What events say, in no order."""
        return sorted(f"{event.type} {event.subject}" for event in Event.objects.all())
