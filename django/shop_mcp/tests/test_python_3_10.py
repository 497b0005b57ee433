"""The app is written in the language of Python 3.10, whatever runs these tests."""

import ast
from pathlib import Path

from django.test import SimpleTestCase


class SyntaxTests(SimpleTestCase):
    def test_every_file_is_python_3_10(self):
        files = sorted(Path(__file__).parents[1].rglob("*.py"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file.name):
                ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))
