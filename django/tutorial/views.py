"""Products and orders as DRF viewsets, routed by project/tutorial_urls.py."""

from django.db import transaction
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.filters import SearchFilter
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from shop import changes
from shop.models import Order, Product
from tutorial import serializers


class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Product.objects.prefetch_related("items")
    serializer_class = serializers.ProductSerializer
    permission_classes = [AllowAny]
    filter_backends = [SearchFilter]
    search_fields = ["name", "category", "description"]


class OrderViewSet(mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    serializer_class = serializers.OrderSerializer

    def get_queryset(self):
        params, user = self.request.query_params, self.request.user
        orders = Order.objects.visible_to(user).prefetch_related("lines").order_by("-placed_at")
        if "status" in params:
            orders = orders.filter(status=serializers.STATUSES[int(params["status"]) - 1])
        if "customer" in params:
            orders = orders.filter(customer=params["customer"])
        if "mine" in params:
            orders = orders.filter(customer__user=user)
        return orders

    @transaction.atomic
    def perform_update(self, serializer):
        serializer.save()

    @action(detail=True)
    def lines(self, request, pk):
        lines = self.get_object().lines.all()
        return Response(serializers.LineSerializer(lines, many=True, context={"request": request}).data)

    @action(detail=True, methods=["post"])
    @transaction.atomic
    def cancel(self, request, pk):
        order, body = self.get_object(), serializers.CancelSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        order = changes.change_order(order, "cancel", {"reason": body.validated_data["why"]})
        return Response(self.get_serializer(order).data)
