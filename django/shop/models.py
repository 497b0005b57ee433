"""The shop. A public id is the primary key wherever the API names the thing by it."""

from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import Exact

from shop.fields import CodePointCharField, CodePointTextField, OrderedObjectField


def id_field(**options):
    return CodePointCharField(max_length=64, **options)


def money_field(**options):
    return models.DecimalField(max_digits=10, decimal_places=2, **options)


class Shop(models.Model):
    """The one row that says who the shop is."""

    currency = models.CharField(max_length=3, default="EUR")
    name = models.TextField(null=True)  # null: the shop has not introduced itself
    policies = OrderedObjectField(default=dict)
    support_hours = models.TextField(default="")


def added(terms):
    """The sum of SQL expressions, halved again and again: SQLite's parser takes no hundred
    parentheses deep."""
    if len(terms) < 2:
        return terms[0] if terms else Value(0, models.IntegerField())
    half = len(terms) // 2
    return added(terms[:half]) + added(terms[half:])


class ProductQuerySet(models.QuerySet):
    def search(self, text):
        """Products that hold every word of `text`, with `relevance`: the sum of the places where
        the words first stand, so that the smallest, a word at the start of the name, is best."""
        places = [StrIndex("search_text", Value(word.lower())) for word in text.split()]
        found = self.alias(**{f"place_{n}": place for n, place in enumerate(places)})
        found = found.filter(**{f"place_{n}__gt": 0 for n in range(len(places))})
        return found.annotate(relevance=added(places))

    def categories(self):
        """`{category, count}` of every category, by name."""
        return self.values("category").annotate(count=models.Count("pk")).order_by("category")


class Product(models.Model):
    product_id = id_field(primary_key=True)
    position = models.PositiveIntegerField(default=0)
    name = models.TextField()
    description = models.TextField()
    category = CodePointTextField()
    images = models.JSONField(default=list)
    currency = models.CharField(max_length=3)

    # What a listing needs, kept when the product is saved, so that it can filter and order by
    # plain columns.
    price = money_field(default=0, editable=False)
    available = models.BooleanField(default=False, editable=False)
    name_key = CodePointTextField(editable=False)
    category_key = CodePointTextField(editable=False)
    search_text = CodePointTextField(editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["position", "product_id"]
        indexes = [models.Index(fields=["price", "product_id"]), models.Index(fields=["category_key"])]

    def save(self, *args, **kwargs):
        self.keep_listing(self.items.all())
        super().save(*args, **kwargs)

    def keep_listing(self, items):
        """Set the columns of a listing from the product and its items (`bulk_create` skips `save`)."""
        on_sale = [item for item in items if item.available]
        values = dict.fromkeys(value for item in items for value in item.options.values())
        self.price = min((item.price for item in on_sale or items), default=Decimal("0.00"))
        self.available = bool(on_sale)
        self.name_key, self.category_key = self.name.lower(), self.category.lower()
        self.search_text = "\n".join([self.name, self.category, " ".join(values), self.description]).lower()


class Item(models.Model):
    """A variant of a product: what is bought."""

    item_id = id_field(unique=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="items")
    options = OrderedObjectField(default=dict)
    price = money_field()
    available = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.product.save()


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_staff else self.filter(user=user.pk)

    def matching(self, **wanted):
        """Customers whose columns are wholly `wanted`, ASCII letter case ignored.

        `__iexact` would fold by the locale on PostgreSQL; these columns fold ASCII only.
        """
        return self.filter(*(Exact(Lower(name), text.encode().lower().decode()) for name, text in wanted.items()))


class Customer(models.Model):
    """What the shop knows of a person; the user is who they are to Django: token and staff."""

    customer_id = id_field(primary_key=True)
    position = models.PositiveIntegerField(default=0)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    email = CodePointTextField()
    first_name = CodePointTextField()
    last_name = CodePointTextField()
    address = models.JSONField()
    postcode = models.GeneratedField(
        expression=KT("address__postcode"), output_field=CodePointTextField(), db_persist=True
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "customer_id"]


class PaymentMethod(models.Model):
    class Kind(models.TextChoices):
        CREDIT_CARD = "credit_card"
        PAYPAL = "paypal"
        GIFT_CARD = "gift_card"

    payment_method_id = id_field()
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="payment_methods")
    kind = models.CharField(max_length=20, choices=Kind)
    brand = models.TextField(null=True)
    last_four = models.TextField(null=True)
    balance = money_field(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "payment_method_id"], name="one_method_per_id")
        ]


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_staff else self.filter(customer__user=user.pk)


class Order(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSING = "processing"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"
        RETURN_REQUESTED = "return_requested"
        EXCHANGE_REQUESTED = "exchange_requested"

    order_id = id_field(primary_key=True)
    position = models.PositiveIntegerField(default=0)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    status = models.CharField(max_length=20, choices=Status)
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    estimated_delivery = models.DateField(null=True)
    timeline = models.JSONField(null=True)  # null: the shop keeps none for this order
    address = models.JSONField()
    items_modified = models.BooleanField(default=False)
    cancel_reason = models.TextField(null=True)
    return_request = models.JSONField(null=True)
    exchange_request = models.JSONField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["position", "order_id"]
        indexes = [models.Index(fields=["-placed_at", "order_id"])]

    @property
    def total(self):
        """The sum of the lines, which a list prefetches: SQLite's SUM() would add floats."""
        return sum((line.price for line in self.lines.all()), Decimal("0.00"))


class Line(models.Model):
    """One bought piece, as it was when it was bought. Two of a kind are two lines."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    item_id = id_field()  # no keys: what was bought stays bought when the catalogue drops it
    product_id = id_field()
    name = models.TextField()
    options = OrderedObjectField(default=dict)
    price = money_field()

    class Meta:
        ordering = ["id"]


class Payment(models.Model):
    class Kind(models.TextChoices):
        PAYMENT = "payment"
        REFUND = "refund"

    order = models.ForeignKey(Order, models.CASCADE, related_name="payments")
    kind = models.CharField(max_length=20, choices=Kind)
    amount = money_field()
    payment_method_id = id_field()  # no key: a payment outlives its method

    class Meta:
        ordering = ["id"]


class Shipment(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments")
    tracking_ids = models.JSONField(default=list)
    item_ids = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]


class SupportRequest(models.Model):
    request_id = id_field(unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE)
    subject = models.TextField()
    message = models.TextField()
    order = models.ForeignKey(Order, models.CASCADE, null=True)

    class Meta:
        ordering = ["id"]


class IdempotencyRecord(models.Model):
    """The answer to a write, kept for whoever sends the same write again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)  # both are set before the transaction ends
    body = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_record_per_key")]
