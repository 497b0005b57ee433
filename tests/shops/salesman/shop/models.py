"""What django-salesman leaves to a project: its products, with a name, a code and a price."""

from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=255)
    code = models.SlugField(unique=True)
    price = models.DecimalField(max_digits=18, decimal_places=2)

    def get_price(self, request):
        return self.price


class Variant(models.Model):
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    color = models.CharField(max_length=50)

    def get_price(self, request):
        return self.product.price

    @property
    def name(self):
        return f"{self.product.name}, {self.color}"

    @property
    def code(self):
        return f"{self.product.code}-{self.color}"
