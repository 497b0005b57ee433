"""What a project writes to use the app. `cancel` is previewed by a rollback, `address` by a function, `payment` not."""

from copy import copy

from shop_mcp import serializers, views
from shop_mcp.changes import allow, change, deny
from shop_mcp.exceptions import RuleViolation
from shop_mcp.tests.bookshop.models import Book, Booking, Position, Purchase


class BookSerializer(serializers.ProductSerializer):
    model = Book
    sources = {
        "product_id": "isbn", "name": "title", "description": "blurb", "category": "genre.label", "available": "stock",
        "price": "price", "images": "covers",
    }  # fmt: skip


class PositionSerializer(serializers.LineSerializer):
    model = Position
    sources = {"item_id": "book.isbn", "name": "book.title", "price": "each", "quantity": "pieces"}


class BookingSerializer(serializers.PaymentSerializer):
    model = Booking
    sources = {"amount": "amount"}


def can_cancel(purchase):
    return allow("It is not packed yet.") if purchase.state == 1 else deny("packed", "It is packed already.")


class PurchaseSerializer(serializers.OrderSerializer):
    model = Purchase
    lines = PositionSerializer(many=True, source="positions")
    payments = BookingSerializer(many=True, source="bookings")
    sources = {
        "order_number": "number",
        "customer_id": "client_id",
        "status": "state",
        "placed_at": "created",
        "total": "sum",
        "item_count": lambda purchase: sum(line.pieces for line in purchase.positions.all()),
        "address": lambda purchase: {"line1": purchase.street},
        "can_cancel": can_cancel,
        "can_change_address": lambda purchase: purchase.state == 1,
    }
    statuses = {1: "pending", 2: "processing", 9: "cancelled"}


def afterwards(purchase):
    """Nothing. Tests put here what a change does besides."""


def moved(view, purchase, address):
    changed = copy(purchase)
    changed.street = address["line1"]
    return changed


class Books(views.ProductViewSet):
    queryset = Book.objects.select_related("genre")
    serializer_class = BookSerializer
    search_fields = ["title", "blurb", "genre__label"]


class Purchases(views.OrderViewSet):
    queryset = Purchase.objects.prefetch_related("positions__book", "bookings")
    serializer_class = PurchaseSerializer
    owner = "client__user"

    @change(preview="rollback")
    def cancel(self, purchase, reason):
        if purchase.number == "final":
            raise RuleViolation("final_sale", "It was a final sale.")
        purchase.state = 9
        purchase.save()
        Booking.objects.create(purchase=purchase, kind="refund", amount=purchase.sum)
        afterwards(purchase)

    @change(preview=moved)
    def address(self, purchase, address):
        moved(self, purchase, address).save()

    @change
    def payment(self, purchase, payment_method_id):
        purchase.save()
