"""`manage.py ship_order ORDER_ID`: ships an order as the shop's staff would, so that it can be seen to report itself."""

from django.core.management.base import BaseCommand, CommandError

from shop import changes
from shop.models import Order
from shop_mcp.exceptions import RuleViolation


class Command(BaseCommand):
    help = "Ships an order: it gets a shipment of all its items, another status, and an entry in its timeline."

    def add_arguments(self, parser):
        parser.add_argument("order_id")
        parser.add_argument("tracking_id", nargs="*", help="the carrier's, by default SHIP- and the order's id")

    def handle(self, order_id, tracking_id, **options):
        try:
            changes.ship_order(order_id, *tracking_id)
        except Order.DoesNotExist:
            raise CommandError(f"There is no order {order_id}.") from None
        except RuleViolation as refusal:
            raise CommandError(refusal.detail["detail"]) from None
        self.stdout.write(f"Order {order_id} is shipped.")
