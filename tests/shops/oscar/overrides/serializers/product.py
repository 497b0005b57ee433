from oscar.core.loading import get_class
from oscarapi.serializers import checkout, product
from rest_framework import serializers

Selector = get_class("partner.strategy", "Selector")


class WithPrice(serializers.Serializer):
    price = serializers.SerializerMethodField()

    def get_price(self, one):
        request = self.context["request"]
        strategy = Selector().strategy(request=request, user=request.user)
        return checkout.PriceSerializer(strategy.fetch_for_product(one).price).data


class ProductLinkSerializer(WithPrice, product.ProductLinkSerializer):
    class Meta(product.ProductLinkSerializer.Meta):
        fields = ("url", "id", "title", "price", "is_public")  # and no UPC


class ProductSerializer(WithPrice, product.ProductSerializer):
    pass
