"""`ShopMCPTestCase` with a runner that is played here: what it is given, and what a test case makes of its report.

tests/on-wheel.ts plays real stories with the real one.
"""

import io
import json
import os
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from unittest import mock

from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, override_settings
from rest_framework.authtoken.models import Token

from shop_mcp.testing import OneAtATime, ShopMCPTestCase, default_command

folder = tempfile.TemporaryDirectory()
stories = Path(folder.name)
for name in ("a-b.yaml", "a_b.json", "orders/c.yml", "notes.txt"):
    (stories / name).parent.mkdir(exist_ok=True)
    (stories / name).write_text("title: x")
SUITE = '<testsuites><testsuite><testcase name="x">%s</testcase></testsuite></testsuites>'
RUNNER = textwrap.dedent(
    """
    import json, os, sys, urllib.request
    flags = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    flags["tokens"] = json.load(open(flags["--tokens"]))
    flags["env"] = dict(os.environ)
    flags["products"] = json.load(urllib.request.urlopen(flags["--django"] + "/api/products/search/?q=maps"))["results"]
    json.dump(flags, open(os.environ["HEARD"], "w"))
    print("what the runner says")
    report = sys.argv[sys.argv.index("--report") + 1]
    if sys.argv[1]: open(report, "w").write(sys.argv[1])
    """
)


def told(case_name, report="", **attributes):
    """Run one test of a case whose runner writes this report; give its result, and what the runner was given."""
    case = type("Conversations", (ShopMCPTestCase,), {"stories": str(stories), **attributes})
    with tempfile.TemporaryDirectory() as heard:
        path = str(Path(heard, "heard.json"))
        case.server_settings = {**case.server_settings, "HEARD": path}
        command = [sys.executable, "-c", RUNNER, report]
        with override_settings(SHOP_MCP={"STORIES": attributes.get("command", command)}):
            suite = unittest.TestSuite([case(case_name)])  # with what is set up for the class
            result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
        return result, json.loads(Path(path).read_text()) if Path(path).exists() else None


class Collecting(SimpleTestCase):
    def test_each_file_is_a_test(self):
        case = type("Conversations", (ShopMCPTestCase,), {"stories": str(stories)})
        names = unittest.defaultTestLoader.getTestCaseNames(case)
        self.assertEqual(names, ["test_a_b", "test_a_b_2", "test_orders_c"])

    def test_a_single_file_may_be_named(self):
        case = type("Conversations", (ShopMCPTestCase,), {"stories": str(stories / "a-b.yaml")})
        self.assertEqual(unittest.defaultTestLoader.getTestCaseNames(case), ["test_a_b"])

    def test_a_subclass_without_stories_of_its_own_has_those_of_its_base(self):
        base = type("Conversations", (ShopMCPTestCase,), {"stories": str(stories)})
        case = type("OfStaff", (base,), {"lane": "stdio-legacy"})
        self.assertEqual(len(unittest.defaultTestLoader.getTestCaseNames(case)), 3)

    def test_the_case_itself_has_none(self):
        self.assertEqual(unittest.defaultTestLoader.getTestCaseNames(ShopMCPTestCase), [])

    def test_a_folder_without_stories_is_a_failure(self):
        case = type("Conversations", (ShopMCPTestCase,), {"stories": "nowhere"})
        with self.assertRaisesRegex(AssertionError, "There is no story at .*nowhere: a story's file ends in"):
            case("test_stories").test_stories()


class Playing(SimpleTestCase):
    databases = "__all__"  # a case empties it after each test

    def with_users(self):
        def set_up(case):
            User.objects.create_user("mia")
            User.objects.create_user("leo", is_active=False)
            User.objects.create_user("sam")

        return set_up

    def test_the_runner_is_given_the_live_server_the_story_and_a_token_of_each_active_user(self):
        with mock.patch.dict(os.environ, {"DJANGO_API_BASE": "https://real.example", "SHOP_MCP_SHOP": "./x.ts"}):
            result, heard = told("test_orders_c", SUITE % "", setUp=self.with_users(), server_settings={"SHOP_MCP_CURRENCY": "EUR"})
        self.assertTrue(result.wasSuccessful(), result.failures + result.errors)
        self.assertEqual(set(heard["tokens"]), {"mia", "sam"})
        self.assertEqual(heard["--stories"], str(stories / "orders" / "c.yml"))
        self.assertEqual(heard["--lane"], "stdio-modern")
        self.assertTrue(heard["--django"].startswith("http://127.0.0.1:"))
        self.assertEqual(heard["env"]["SHOP_MCP_CURRENCY"], "EUR")
        self.assertNotIn("DJANGO_API_BASE", heard["env"])
        self.assertNotIn("SHOP_MCP_SHOP", heard["env"])

    def test_a_failure_has_the_report_and_the_conversation(self):
        failure = '<failure message="m">step 2 of 3\nrun it alone: bun x</failure><system-out>**User** Hello.</system-out>'
        result, _ = told("test_a_b", SUITE % failure)
        ((_, text),) = result.failures
        self.assertIn("a-b.yaml\n\nstep 2 of 3\n\n**User** Hello.", text)
        self.assertNotIn("run it alone", text)

    def test_a_server_that_is_not_reached_is_a_failure_with_its_words(self):
        place = '<failure message="m">the tools are not listed</failure></testcase><testcase name="y">'
        result, _ = told("test_a_b", SUITE % f'{place}<skipped message="the place was not reached"/>')
        ((_, text),) = result.failures
        self.assertIn("the tools are not listed", text)

    def test_a_story_that_was_not_played_is_a_failure(self):
        result, _ = told("test_a_b", SUITE % '<skipped message="no token for mia was given"/>')
        ((_, text),) = result.failures
        self.assertIn("a-b.yaml was not played: no token for mia was given. setUp made these users: nobody.", text)

    def test_a_story_that_was_not_played_names_the_users_that_there_are(self):
        report = SUITE % '<skipped message="no token for mai was given"/>'
        result, _ = told("test_a_b", report, setUp=self.with_users())
        self.assertIn("setUp made these users: mia, sam.", result.failures[0][1])

    def test_a_runner_without_a_report_is_a_failure_with_its_words(self):
        result, _ = told("test_a_b", "")
        ((_, text),) = result.failures
        self.assertRegex(text, r"The story was not played: .*got by npx.* It wrote:\nwhat the runner says")

    def test_a_runner_without_a_report_or_words_is_a_failure_that_says_so(self):
        result, _ = told("test_a_b", command=[sys.executable, "-c", ""])
        self.assertIn("The story was not played: ", result.failures[0][1])
        self.assertIn("It wrote nothing.", result.failures[0][1])

    def test_what_is_wrong_with_a_story_is_said_alone(self):
        mistake = "stories: a-b.yaml:3: wiht is not known here"
        result, _ = told("test_a_b", command=[sys.executable, "-c", f"print({mistake!r})"])
        self.assertIn(f"AssertionError: {mistake}", result.failures[0][1])

    def test_a_runner_that_is_not_there_is_said(self):
        result, _ = told("test_a_b", command=["/nowhere/bun"])
        self.assertIn('/nowhere/bun\'. SHOP_MCP["STORIES"] is a list: a program and its arguments.', result.errors[0][1])

    def test_a_runner_that_takes_too_long_is_said(self):
        result, _ = told("test_a_b", command=[sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.1)
        self.assertIn("The story took more than 0.1 s. Conversations.timeout is", result.failures[0][1])

    @unittest.skipUnless(os.name == "posix", "groups of processes")
    def test_what_the_runner_started_ends_with_it(self):
        # as npx does, which starts the package in a process of its own
        writes = "import sys, time\nwhile True: print('x', file=open(sys.argv[1], 'a')); time.sleep(0.02)"
        starts = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder, "written")
            told("test_a_b", command=[sys.executable, "-c", starts, writes, str(written)], timeout=1)
            size = written.stat().st_size
            time.sleep(0.3)
            self.assertEqual(written.stat().st_size, size)

    def test_token_for_may_give_a_token_of_another_kind_or_none(self):
        def token_for(case, user):
            return "jwt" if user.username == "mia" else None

        _, heard = told("test_a_b", SUITE % "", setUp=self.with_users(), token_for=token_for)
        self.assertEqual(heard["tokens"], {"mia": "jwt"})
        self.assertFalse(Token.objects.exists())

    def test_without_rest_framework_tokens_a_hook_is_needed(self):
        with mock.patch("shop_mcp.testing.apps.is_installed", return_value=False):
            result, _ = told("test_a_b", SUITE % "", setUp=self.with_users())
        self.assertIn("Define token_for(self, user)", result.errors[0][1])


class DefaultCommand(SimpleTestCase):
    def test_it_is_npx_with_the_version_of_the_wheel(self):
        with mock.patch("shop_mcp.testing.shutil.which", return_value="/bin/npx"):
            with mock.patch("shop_mcp.testing.metadata.version", return_value="1.2.3"):
                self.assertEqual(default_command(), ["/bin/npx", "--yes", "django-shop-mcp@1.2.3", "stories"])

    def test_without_npx_it_says_what_to_install(self):
        with mock.patch("shop_mcp.testing.shutil.which", return_value=None):
            with self.assertRaisesRegex(ImproperlyConfigured, "Install Node 20.19 or newer, or name another command"):
                default_command()


class Threads(SimpleTestCase):
    databases = "__all__"

    def test_requests_take_turns_where_the_database_is_in_memory(self):
        for in_memory in (True, False):
            with mock.patch("django.db.backends.sqlite3.base.DatabaseWrapper.is_in_memory_db", return_value=in_memory):
                handler = OneAtATime(lambda environ, start_response: handler.lock.locked())
                self.assertIs(handler({}, None), in_memory)
