"""`manage.py dump_world`. scripts/django.ts runs it to compare the shop with the mock."""

import json

from django.core.management.base import BaseCommand

from shop import world


class Command(BaseCommand):
    help = "Prints the content of the shop as a world: one JSON document in canonical form."

    def handle(self, **options):
        self.stdout.write(json.dumps(world.dump(), ensure_ascii=False, indent=2))
