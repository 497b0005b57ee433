"""Stories as tests: conversations of an assistant with your project, on its test database.

    from shop_mcp.testing import ShopMCPTestCase

    class Conversations(ShopMCPTestCase):
        stories = "stories"  # a folder of story files beside this one, or a single file

        def setUp(self):
            mia = User.objects.create_user("mia")
            Order.objects.create(buyer=mia, number="B-1", ...)

Each file is a test of its own, so `setUp` runs before it and the database is emptied after it. The MCP server is started
as a host starts it, in front of Django's live server.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from threading import Lock
from xml.etree import ElementTree

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import LiveServerTestCase

from shop_mcp.conf import setting

ENDINGS = {".yaml", ".yml", ".json"}
# What the server takes from its environment. A developer's own settings have no place in a test.
OF_THE_SERVER = re.compile(r"(DJANGO_(API|LOGIN|USER|PASSWORD)|SHOP_MCP_|CONFIRMATION_KEY)")


class ShopMCPTestCase(LiveServerTestCase):
    """Plays the stories that `stories` names, each as a test."""

    #: A folder of story files, or one file; by its path from the file of the class.
    stories = None
    #: "stdio-modern" is a host of 2026, "stdio-legacy" one of 2025.
    lane = "stdio-modern"
    #: Settings of the server, by their variables: {"SHOP_MCP_TIMEOUT": "30"}.
    server_settings = {}
    #: Seconds for one story.
    timeout = 120
    host = "127.0.0.1"  # what the server's requests name

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "stories" not in vars(cls) or cls.stories is None:
            return
        root = Path(sys.modules[cls.__module__].__file__).parent / cls.stories
        files = sorted(file for file in root.rglob("*") if file.suffix in ENDINGS) if root.is_dir() else [root]
        files = [file for file in files if file.is_file()]
        for file in files:
            name = re.sub(r"\W+", "_", str(file.relative_to(root).with_suffix("") if root.is_dir() else file.stem))
            setattr(cls, unused(cls, f"test_{name}"), story_test(file))
        if not files:
            setattr(cls, "test_stories", missing_test(root))

    @staticmethod
    def static_handler(application):
        # Django's own answers 500 to everything where there is no STATIC_URL, as in a project that is an API alone.
        handler = LiveServerTestCase.static_handler if settings.STATIC_URL else lambda inner: inner
        return OneAtATime(handler(application))

    def token_for(self, user):
        """The API token of a user, whom stories name by their username; None: no story is played as them.

        By default it is that of Django REST framework's TokenAuthentication.
        """
        if not apps.is_installed("rest_framework.authtoken"):
            raise ImproperlyConfigured(
                f'{type(self).__name__}: "rest_framework.authtoken" is not in INSTALLED_APPS. '
                "Define token_for(self, user), which returns a token that your API takes."
            )
        from rest_framework.authtoken.models import Token

        return Token.objects.get_or_create(user=user)[0].key

    def play_story(self, file):
        """Play one story file; fail with what went wrong, and with the conversation until then."""
        users = get_user_model()._default_manager.filter(is_active=True)
        tokens = {user.get_username(): self.token_for(user) for user in users}
        with tempfile.TemporaryDirectory() as folder:  # which nobody else can read
            listed, report = Path(folder, "tokens.json"), Path(folder, "report.xml")
            listed.write_text(json.dumps({name: token for name, token in tokens.items() if token}))
            flags = ["--django", self.live_server_url, "--stories", file, "--tokens", listed, "--lane", self.lane]
            output = self.run_stories([*flags, "--write", "--yes", "--report", report])
            if not report.exists() or not report.stat().st_size:
                self.fail(why_not_played(output))
            cases = list(ElementTree.parse(report).iter("testcase"))
        # What could not be reached is a case of its own, beside that of the story, which is skipped then.
        case = next((one for one in cases if one.find("failure") is not None), cases[0])
        skipped, failure = case.find("skipped"), case.find("failure")
        if skipped is not None:  # nothing was proven
            made = ", ".join(sorted(tokens)) or "nobody"
            self.fail(f"{file.name} was not played: {skipped.get('message')}. setUp made these users: {made}.")
        if failure is not None:
            conversation = case.findtext("system-out") or ""
            self.fail(f"{file}\n\n{without_command(failure.text or '')}\n\n{conversation}")

    def run_stories(self, flags):
        """Run `django-shop-mcp stories` with these flags, and return what it writes."""
        command = setting("STORIES") or default_command()
        inherited = {name: value for name, value in os.environ.items() if not OF_THE_SERVER.match(name)}
        try:
            runner = subprocess.Popen(
                [str(part) for part in [*command, *flags]],
                env={**inherited, **self.server_settings},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a group of its own: npx, the runner that it starts, and the server
            )
        except OSError as error:
            raise ImproperlyConfigured(f'{error}. SHOP_MCP["STORIES"] is a list: a program and its arguments.') from None
        with runner:
            try:
                return runner.communicate(timeout=self.timeout)[0]
            except subprocess.TimeoutExpired:
                self.fail(f"The story took more than {self.timeout} s. {type(self).__name__}.timeout is how long it may take.")
            finally:
                if runner.returncode is None:  # it took too long, or somebody pressed Ctrl-C
                    end(runner)


def default_command():
    """The runner of the npm package, of the same version as this app."""
    npx = shutil.which("npx")
    if npx is None:
        raise ImproperlyConfigured(
            "Stories are played by the npm package django-shop-mcp, and there is no npx here. "
            "Install Node 20.19 or newer, or name another command: "
            'SHOP_MCP["STORIES"] = ["bun", "--no-env-file", "/path/to/django-shop-mcp/scripts/stories.ts"].'
        )
    try:
        version = "@" + metadata.version("django_shop_mcp")
    except metadata.PackageNotFoundError:  # in a clone
        version = ""
    return [npx, "--yes", f"django-shop-mcp{version}", "stories"]


class OneAtATime:
    """Answers one request after the other where all threads share a connection: that of a database in memory."""

    def __init__(self, application):
        self.application = application
        self.lock = Lock()

    def __call__(self, environ, start_response):
        if not any(one.vendor == "sqlite" and one.is_in_memory_db() for one in connections.all()):
            return self.application(environ, start_response)
        with self.lock:
            return self.application(environ, start_response)


def end(runner):
    """End a process with all that it started: what goes on would play into the next test."""
    if os.name == "posix":
        os.killpg(runner.pid, signal.SIGKILL)
    else:
        runner.kill()


def story_test(file):
    def test(self):
        self.play_story(file)

    test.__doc__ = f"The story {file.name}"
    return test


def missing_test(root):
    def test(self):
        self.fail(f"There is no story at {root}: a story's file ends in {', '.join(sorted(ENDINGS))}.")

    return test


def unused(cls, name):
    """The name, or the next one with a number: a_b.yaml and a-b.yaml are two."""
    return name if not hasattr(cls, name) else next(f"{name}_{n}" for n in range(2, 10_000) if not hasattr(cls, f"{name}_{n}"))


def why_not_played(output):
    """What the runner says of a story that is none; or that it did not even begin, as where npx has no network."""
    if output.startswith("stories: "):
        return output
    said = f"It wrote:\n{output}" if output.strip() else "It wrote nothing."
    return (
        "The story was not played: the program that plays stories ended without a report. It is the npm package "
        f'django-shop-mcp, got by npx, or what SHOP_MCP["STORIES"] names. {said}'
    )


def without_command(report):
    """A report without the command that plays the story alone, which is not for a test database."""
    return re.sub(r"\nrun it alone: .*", "", report)
