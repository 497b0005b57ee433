from django.contrib.auth.models import User
from rest_framework import serializers

from shop.models import Category, Order, OrderItem, Payment, Product, Variant


class CategorySerializer(serializers.ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class VariantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Variant
        fields = ["id", "sku", "size", "color", "price", "stock"]


class ProductSerializer(serializers.ModelSerializer):
    category = CategorySerializer(read_only=True)
    variants = VariantSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = ["id", "name", "slug", "description", "category", "price", "variants"]


class OrderItemSerializer(serializers.ModelSerializer):
    product = serializers.IntegerField(source="variant.product_id")
    product_name = serializers.CharField(source="variant.product.name")
    variant = VariantSerializer()
    total = serializers.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        model = OrderItem
        fields = ["id", "product", "product_name", "variant", "quantity", "unit_price", "total"]


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["id", "method", "status", "amount"]


class AddressSerializer(serializers.Serializer):
    name = serializers.CharField(source="shipping_name")
    street = serializers.CharField(source="shipping_street")
    city = serializers.CharField(source="shipping_city")
    postal_code = serializers.CharField(source="shipping_postal_code")
    country = serializers.CharField(source="shipping_country")


class OrderSerializer(serializers.ModelSerializer):
    shipping_address = AddressSerializer(source="*", read_only=True)
    items = OrderItemSerializer(many=True, read_only=True)
    payments = PaymentSerializer(many=True, read_only=True)
    subtotal = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    tax = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)
    total = serializers.DecimalField(max_digits=10, decimal_places=2, read_only=True)

    class Meta:
        model = Order
        fields = ["id", "number", "user", "status", "created_at", "updated_at", "shipping_address"]
        fields += ["items", "subtotal", "shipping_cost", "tax", "total", "payments"]
        fields += ["tracking_number", "cancel_reason"]


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name"]
