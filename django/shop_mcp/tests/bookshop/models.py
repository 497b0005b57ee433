"""A shop that knows nothing of the contract: its fields have names of their own."""

from decimal import Decimal

from django.conf import settings
from django.db import models


class Genre(models.Model):
    label = models.CharField(max_length=40)
    fee = models.DecimalField(max_digits=8, decimal_places=2, null=True)


class Book(models.Model):
    isbn = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    blurb = models.TextField(blank=True)
    genre = models.ForeignKey(Genre, models.PROTECT)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.IntegerField(default=0)
    covers = models.JSONField(default=list)


class Client(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)


class Purchase(models.Model):
    client = models.ForeignKey(Client, models.PROTECT)
    number = models.CharField(max_length=20)
    state = models.IntegerField(choices=[(1, "new"), (2, "packed"), (9, "cancelled")], default=1)
    created = models.DateTimeField(null=True)
    street = models.CharField(max_length=80, default="1 Elm Row")

    @property
    def sum(self):
        return sum((line.each * line.pieces for line in self.positions.all()), Decimal("0.00"))


class Gift(Purchase):
    class Meta:
        proxy = True


class Position(models.Model):
    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="positions")
    book = models.ForeignKey(Book, models.PROTECT)
    each = models.DecimalField(max_digits=8, decimal_places=2)
    pieces = models.IntegerField(default=1)


class Booking(models.Model):
    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="bookings")
    kind = models.CharField(max_length=10)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
