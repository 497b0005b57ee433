import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from shop import world


class Command(BaseCommand):
    help = "Replace the whole content of the shop by a world. A bad world changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a world as JSON; - reads standard input")

    def handle(self, file, **options):
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
            content = world.read(text)
        except (OSError, ValueError) as error:
            raise CommandError(error) from None
        world.load(content)
        if options["verbosity"] > 1:
            self.stdout.write(f"Loaded {file}.")
