import json

from django.core.management.base import BaseCommand

from shop import world


class Command(BaseCommand):
    help = "Print the present content of the shop as a world, in canonical form."

    def handle(self, **options):
        self.stdout.write(json.dumps(world.dump(), ensure_ascii=False, indent=2))
