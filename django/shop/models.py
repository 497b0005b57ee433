"""The models. Where the API addresses an object by its public id, that id is the primary key."""

from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import Exact
from django.utils.functional import cached_property

from shop.fields import CodePointCharField, CodePointTextField, OrderedObjectField


def id_field(**options):
    return CodePointCharField(max_length=128, **options)


def money_field(**options):
    return models.DecimalField(max_digits=10, decimal_places=2, **options)


class Shop(models.Model):
    """The shop itself: a table with one row."""

    currency = models.CharField(max_length=3, default="EUR")
    name = models.TextField(null=True)  # null: not given
    policies = OrderedObjectField(default=dict)
    support_hours = models.TextField(default="")


def sum_expressions(terms):
    """The sum of SQL expressions, as a balanced tree: SQLite's parser rejects the hundred nested
    parentheses that a plain `sum()` would give."""
    if len(terms) < 2:
        return terms[0] if terms else Value(0, models.IntegerField())
    half = len(terms) // 2
    return sum_expressions(terms[:half]) + sum_expressions(terms[half:])


class ProductQuerySet(models.QuerySet):
    def search(self, text):
        """Products that contain every word of `text`, annotated with `relevance`.

        Relevance is the sum of the positions at which the words first occur in `search_text`, so
        the lowest is best: a word at the start of the name.
        """
        indexes = [StrIndex("search_text", Value(word.lower())) for word in text.split()]
        found = self.alias(**{f"index_{n}": index for n, index in enumerate(indexes)})
        found = found.filter(**{f"index_{n}__gt": 0 for n in range(len(indexes))})
        return found.annotate(relevance=sum_expressions(indexes))

    def categories(self):
        """A dict with `category` and `count` for each category, in the order of their names."""
        return self.values("category").annotate(count=models.Count("pk")).order_by("category")


class Product(models.Model):
    product_id = id_field(primary_key=True)
    position = models.PositiveIntegerField(default=0)
    name = models.TextField()
    description = models.TextField()
    category = CodePointTextField()
    images = models.JSONField(default=list)
    currency = models.CharField(max_length=3)

    # Derived from the product and its items whenever one of them is saved, so that the search can
    # filter and order by plain columns.
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
        self.set_search_fields(self.items.all())
        super().save(*args, **kwargs)

    def set_search_fields(self, items):
        """Set the derived fields. `save` calls this; call it yourself before `bulk_create`, which does not."""
        on_sale = [item for item in items if item.available]
        values = dict.fromkeys(value for item in items for value in item.options.values())
        self.price = min((item.price for item in on_sale or items), default=Decimal("0.00"))
        self.available = bool(on_sale)
        self.name_key, self.category_key = self.name.lower(), self.category.lower()
        self.search_text = "\n".join([self.name, self.category, " ".join(values), self.description]).lower()


class Item(models.Model):
    """A variant of a product: the thing that is bought."""

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

    def matching(self, **values):
        """Customers whose fields equal these values, ignoring the case of ASCII letters.

        Not `__iexact`, which depends on the locale on PostgreSQL.
        """
        return self.filter(*(Exact(Lower(name), text.encode().lower().decode()) for name, text in values.items()))


class Customer(models.Model):
    """A customer of the shop. The Django user has the token and says whether they are staff."""

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
        constraints = [models.UniqueConstraint(fields=["customer", "payment_method_id"], name="one_method_per_id")]


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
    order_number = models.TextField(null=True)  # as printed on mail, where it differs from the id
    position = models.PositiveIntegerField(default=0)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    status = models.CharField(max_length=20, choices=Status)
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    estimated_delivery = models.DateField(null=True)
    timeline = models.JSONField(null=True)  # null: there is none for this order
    address = models.JSONField()
    items_modified = models.BooleanField(default=False)
    cancel_reason = models.TextField(null=True)
    return_request = models.JSONField(null=True)
    exchange_request = models.JSONField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["position", "order_id"]
        indexes = [models.Index(fields=["-placed_at", "order_id"])]

    # What a change did, on the order that rules.py made by it: a dict with `kind`, `payments` and `amount`.
    change = None

    # The lines and payments as lists, which may be prefetched. rules.py gives others to its copy of the order.

    @cached_property
    def all_lines(self):
        return list(self.lines.all())

    @cached_property
    def all_payments(self):
        return list(self.payments.all())

    @property
    def total(self):
        """The sum of the lines. Not SQL's SUM(), which adds floats on SQLite."""
        return sum((line.price * line.quantity for line in self.all_lines), Decimal("0.00"))

    @property
    def return_entry(self):
        """The return as asked for, and the `amount` that its pieces cost: None where one is none of the order's."""
        if not self.return_request:
            return None
        pieces = [line for line in self.all_lines for _ in range(line.quantity)]
        amount = Decimal("0.00")
        for item_id in self.return_request["item_ids"]:
            piece = next((piece for piece in pieces if piece.item_id == item_id), None)
            if piece is None:
                return {**self.return_request, "amount": None}
            pieces.remove(piece)
            amount += piece.price
        return {**self.return_request, "amount": amount}

    @property
    def item_count(self):
        """How many pieces were bought."""
        return sum(line.quantity for line in self.all_lines)


class Line(models.Model):
    """A bought item, as it was at the time. Two of the same item are two lines, or one with a quantity."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    item_id = id_field()  # not a foreign key, nor is product_id: a line outlives its product
    product_id = id_field()
    name = models.TextField()
    options = OrderedObjectField(default=dict)
    price = money_field()  # of one piece
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]


class Payment(models.Model):
    class Kind(models.TextChoices):
        PAYMENT = "payment"
        REFUND = "refund"

    order = models.ForeignKey(Order, models.CASCADE, related_name="payments")
    kind = models.CharField(max_length=20, choices=Kind)
    amount = money_field()
    payment_method_id = id_field()  # not a foreign key: a payment outlives its method

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
