"""What is added to a basket, and how it is paid for."""

from decimal import Decimal

from salesman.basket.modifiers import BasketModifier
from salesman.checkout.payment import PaymentMethod
from salesman.core.utils import get_salesman_model


def local_price(value, context):
    return f"{value:.2f} €".replace(".", ",")


class Tax(BasketModifier):
    identifier = "tax"

    def process_item(self, item, request):
        amount = (item.total * Decimal("0.19")).quantize(Decimal("0.01"))
        self.add_extra_row(item, request, label="VAT 19%", amount=amount)


class Shipping(BasketModifier):
    identifier = "shipping"

    def process_basket(self, basket, request):
        if basket.count:
            self.add_extra_row(basket, request, label="Shipping", amount=Decimal("4.90"))


class PayInAdvance(PaymentMethod):
    identifier, label = "pay-in-advance", "Pay in advance"
    status = "HOLD"

    def basket_payment(self, basket, request):
        order = get_salesman_model("Order").objects.create_from_basket(basket, request, status=self.status)
        basket.delete()
        return f"/api/orders/last/?token={order.token}"


class PayByCard(PayInAdvance):
    identifier, label = "credit-card", "Credit card"
    status = "PROCESSING"

    def basket_payment(self, basket, request):
        address = super().basket_payment(basket, request)
        order = get_salesman_model("Order").objects.get(token=address.rpartition("=")[2])
        order.pay(order.total, f"card-{order.ref}", self.identifier)
        return address

    def refund_payment(self, payment):
        return True
