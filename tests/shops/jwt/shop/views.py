from django.contrib.auth.models import User
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.response import Response

from shop.models import Category, Order, Product
from shop.serializers import CategorySerializer, OrderSerializer, ProductSerializer, UserSerializer


class ProductFilter(filters.FilterSet):
    min_price = filters.NumberFilter(field_name="price", lookup_expr="gte")
    max_price = filters.NumberFilter(field_name="price", lookup_expr="lte")
    category = filters.CharFilter(field_name="category__name", lookup_expr="iexact")
    in_stock = filters.BooleanFilter(method="filter_in_stock")

    def filter_in_stock(self, queryset, name, value):
        in_stock = queryset.filter(variants__stock__gt=0).distinct()
        return in_stock if value else queryset.exclude(pk__in=in_stock)


class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Product.objects.filter(is_active=True).order_by("name")
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    search_fields = ["name", "description", "category__name", "variants__sku"]
    ordering_fields = ["name", "price"]


class CategoryViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Category.objects.order_by("name")
    serializer_class = CategorySerializer


class OrderViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = OrderSerializer
    permission_classes = [IsAuthenticated]
    filterset_fields = {"status": ["exact", "in"], "user": ["exact"], "created_at": ["gte", "lte"]}
    search_fields = ["number"]
    ordering_fields = ["created_at"]

    def get_queryset(self):
        orders = Order.objects.all()
        return orders if self.request.user.is_staff else orders.filter(user=self.request.user.pk)

    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        order = self.get_object()
        if order.status not in [Order.Status.PENDING, Order.Status.AWAITING_PAYMENT, Order.Status.PAID]:
            raise ValidationError({"detail": f"An order that is {order.status} cannot be cancelled."})
        order.status = Order.Status.CANCELLED
        order.cancel_reason = request.data.get("reason", "")
        order.updated_at = timezone.now()
        order.save()
        order.payments.filter(status="succeeded").update(status="refunded")
        return Response(self.get_serializer(self.get_object()).data)


class UserViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = User.objects.order_by("pk")
    serializer_class = UserSerializer
    permission_classes = [IsAdminUser]
    search_fields = ["email", "first_name", "last_name"]

    @action(detail=False, permission_classes=[IsAuthenticated])
    def me(self, request):
        return Response(self.get_serializer(request.user).data)
