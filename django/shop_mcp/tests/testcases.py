"""`BookshopMixin`: three books, and purchases of mia (1, 2) and leo (3); sam is staff."""

import itertools
from datetime import datetime, timedelta, timezone

from django.contrib.auth.models import User
from rest_framework.test import APIClient

from shop_mcp.tests.bookshop.models import Book, Booking, Client, Genre, Position, Purchase

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
CANCEL = {"reason": "no_longer_needed"}
ADDRESS = {"address": {"line1": "2 Oak Row", "city": "Ely", "postcode": "1", "country": "GB"}}
ABSENT = {"detail": "No Purchase matches the given query."}
keys = map("key-{}".format, itertools.count())


class BookshopMixin:
    maxDiff = None

    def setUp(self):
        names = ("mia", "leo", "sam")
        self.users = {
            name: User.objects.create_user(name, f"{name}@shop.example", is_staff=name == "sam") for name in names
        }
        clients = {name: Client.objects.create(user=user) for name, user in self.users.items()}
        nature, craft = (Genre.objects.create(label=label) for label in ("Nature", "Craft"))
        atlas = Book.objects.create(
            isbn="atlas", title="A Brown Atlas", blurb="Maps of earth", genre=nature, price="30.00", stock=5
        )
        Book.objects.create(
            isbn="bees",
            title="Bees",
            blurb="Of honey and maps",
            genre=nature,
            price="9.00",
            covers=["/bees.jpg", "/b.jpg"],
        )
        Book.objects.create(isbn="clay", title="Clay", genre=craft, price="12.50", stock=1)
        self.purchases = [self.purchase(clients[name], n, atlas) for n, name in enumerate(("mia", "mia", "leo"))]

    def purchase(self, client, n, book):
        purchase = Purchase.objects.create(client=client, number=f"B-{n}", created=NOON + timedelta(days=n))
        Position.objects.create(purchase=purchase, book=book, each="30.00", pieces=2)
        Booking.objects.create(purchase=purchase, kind="payment", amount="60.00")
        return purchase

    def client_of(self, name):
        client = APIClient()
        if name:
            client.force_authenticate(User.objects.get(username=name))
        return client

    def get(self, path, user="mia", **query):
        return self.client_of(user).get(f"/api/{path}", query)

    def ids(self, path, id_name="product_id", **query):
        return [row[id_name] for row in self.get(path, **query).json()["results"]]

    def send(self, method, path, body, user="mia", key=None, **headers):
        headers = {"HTTP_IDEMPOTENCY_KEY": key or next(keys), **headers}
        return getattr(self.client_of(user), method)(f"/api/{path}", body, **headers)

    def order_path(self, n=0):
        return f"orders/{self.purchases[n].pk}/"

    def cancel(self, n=0, body=CANCEL, **options):
        return self.send("post", f"{self.order_path(n)}cancel/", body, **options)

    def preview(self, change="cancel", body=CANCEL, n=0, user="mia"):
        return self.client_of(user).post(f"/api/{self.order_path(n)}previews/", {"change": change, "body": body})

    def states(self):
        return list(Purchase.objects.order_by("pk").values_list("state", flat=True))
