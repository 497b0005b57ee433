"""A change in a transaction that is rolled back, within which nothing leaves the process.

Everything that the database would store is undone: in every database of DATABASES, with `on_commit` hooks, which
never run. What a rollback cannot undo raises `PreviewImpossible` (501) instead of happening: a mail, a
connection or anything sent over one, another process or thread, a file opened for writing. That holds even
where the change catches the exception.

A change may opt in with `@change(preview="rollback")` if all that it does is one of these. What cannot be
noticed from here: values set in a cache or in variables of the process, files that were open before, and
libraries that send by themselves in C (other than drivers of databases). A driver or cache that is written in
Python (PyMySQL, redis) sends over sockets, so that such a preview is answered with 501.
"""

import os
import socket
import ssl
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from functools import cache, wraps
from threading import Thread

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import DatabaseError, connections, transaction
from django.utils.module_loading import import_string

from shop_mcp.exceptions import PreviewImpossible

# What was attempted within `nothing_leaves`, in words; None outside.
attempts: ContextVar = ContextVar("attempts", default=None)

MAIL, NETWORK, PROCESS, FILE = "send a mail", "use the network", "start another process or thread", "write a file"
# Audit events of the interpreter, which are raised from C, too: https://docs.python.org/3/library/audit_events.html
EVENTS = {
    "socket.connect": NETWORK,
    "socket.sendto": NETWORK,
    "socket.sendmsg": NETWORK,
    "socket.getaddrinfo": NETWORK,
    "subprocess.Popen": PROCESS,
    "os.system": PROCESS,
    "os.exec": PROCESS,
    "os.fork": PROCESS,
    "os.forkpty": PROCESS,
    "os.posix_spawn": PROCESS,
    "os.spawn": PROCESS,
    "_thread.start_new_thread": PROCESS,
    "_thread.start_joinable_thread": PROCESS,
    "os.remove": FILE,
    "os.rename": FILE,
    "os.truncate": FILE,
    "shutil.copyfile": FILE,
    "shutil.move": FILE,
    "shutil.rmtree": FILE,
    "os.mkdir": FILE,
    "os.rmdir": FILE,
    "os.link": FILE,
    "os.symlink": FILE,
    "sqlite3.connect": FILE,
}
DUMMY = "django.db.backends.dummy"  # of a `default` that is empty: it stores nothing
# Functions that raise no event: mail that goes nowhere (in tests), and what is sent over an open connection.
FUNCTIONS = [
    (EmailMessage, ["send"], MAIL),
    (socket.socket, ["send", "sendall", "sendfile"], NETWORK),
    (ssl.SSLSocket, ["send", "sendall", "write"], NETWORK),
    (ssl.SSLObject, ["write"], NETWORK),
    (Executor, ["submit"], PROCESS),
    (ThreadPoolExecutor, ["submit"], PROCESS),
    (ProcessPoolExecutor, ["submit"], PROCESS),
    (Thread, ["start"], PROCESS),
]


def refuse(what):
    """Raise if this runs within `nothing_leaves`."""
    attempted = attempts.get()
    if attempted is not None:
        attempted.append(what)
        raise impossible(what)


def impossible(what):
    return PreviewImpossible(f"This change cannot be previewed: it would {what}, which could not be undone.")


def on_event(event, arguments):
    if attempts.get() is None:
        return
    if event == "open":
        path, mode, flags = arguments
        is_write = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if is_write and "__pycache__" not in str(path):  # of a module that is imported now
            refuse(FILE)
    elif event in EVENTS and "__pycache__" not in str(arguments[:1]):
        refuse(EVENTS[event])


def guard(owner, name, what):
    original = getattr(owner, name)

    @wraps(original)
    def guarded(*args, **kwargs):
        refuse(what)
        return original(*args, **kwargs)

    setattr(owner, name, guarded)


def guard_backends(cls=BaseEmailBackend):
    """Guard a class of mail backends, and those that inherit from it."""
    if "send_messages" in vars(cls) and not hasattr(cls.send_messages, "__wrapped__"):
        guard(cls, "send_messages", MAIL)
    for other in cls.__subclasses__():
        guard_backends(other)


@cache
def install():
    """Watch this process from now on. Called once, before the first preview by rollback."""
    sys.addaudithook(on_event)
    for owner, names, what in FUNCTIONS:
        for name in names:
            guard(owner, name, what)


@contextmanager
def nothing_leaves():
    """Raise `PreviewImpossible` for whatever would leave the process, in this thread or task."""
    install()
    with suppress(ImportError):
        import_string(settings.EMAIL_BACKEND)  # now, so that it is guarded
    guard_backends()
    attempted = []
    token = attempts.set(attempted)
    try:
        yield
    finally:
        attempts.reset(token)
        if attempted:
            raise impossible(attempted[0]) from None


@contextmanager
def rolled_back():
    """A transaction in every database, which is rolled back at the end.

    Raises `PreviewImpossible` where a database has no transactions, or cannot be reached.
    """
    undone = []
    with ExitStack() as stack:
        for alias in connections:
            if connections.settings[alias]["ENGINE"] == DUMMY:
                continue
            try:
                connections[alias].ensure_connection()
            except DatabaseError as error:
                raise PreviewImpossible(f"The database {alias} cannot be reached, so nothing can be undone.") from error
            if not connections[alias].features.supports_transactions:
                raise impossible(f"write to the database {alias}, which has no transactions")
            stack.enter_context(transaction.atomic(using=alias))
            undone.append(alias)
        try:
            yield
        finally:
            for alias in undone:
                transaction.set_rollback(True, using=alias)
