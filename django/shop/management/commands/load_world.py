"""`manage.py load_world FILE`. scripts/django.ts runs it before the shop is served."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from shop import world


class Command(BaseCommand):
    help = "Replaces the whole content of the shop by a world. An invalid world changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", help="A world as JSON; use - for standard input.")

    def handle(self, file, **options):
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
            content = world.read(text)
        except (OSError, ValueError) as error:
            raise CommandError(error) from None
        world.load(content)
        if options["verbosity"] > 1:
            self.stdout.write(f"Loaded {file}.")
