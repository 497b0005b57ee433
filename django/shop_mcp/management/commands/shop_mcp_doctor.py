"""manage.py shop_mcp_doctor USERNAME: whether what that user sees fits the contract, with the fix where it does not.

    green  /api/orders/            answers
    red    /api/products/search/   search for "Atlas" does not find "A Brown Atlas" → Add its column to search_fields.

It sends nothing but GET, within this process, and everything is rolled back. It exits with 1 if a line is red.
"""

import json
import logging
import sys
from dataclasses import asdict

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from shop_mcp.doctor import RED, examine


class Command(BaseCommand):
    help = "Tries what the shop's API answers to a user. It changes nothing."
    requires_system_checks: list = []  # they are part of the report

    def add_arguments(self, parser):
        parser.add_argument("user", help="the name of a user who has orders")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args, user, **options):
        users = get_user_model()
        try:
            found = users._default_manager.get(**{users.USERNAME_FIELD: user})
        except users.DoesNotExist:
            raise CommandError(f"There is no user {user}.") from None
        logging.disable(logging.WARNING)  # that it is refused what it should be
        lines = list(examine(found))
        logging.disable(logging.NOTSET)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(line) for line in lines], indent=2))
        else:
            width = max((len(line.about) for line in lines), default=0)
            for line in lines:
                fix = f" → {line.hint}" if line.hint else ""
                self.stdout.write(f"{line.level:5}  {line.about:{width}}  {line.text}{fix}")
        if any(line.level == RED for line in lines):
            sys.exit(1)
