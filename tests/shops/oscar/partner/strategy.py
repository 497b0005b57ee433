from decimal import Decimal

from oscar.apps.partner import strategy


class Vat(strategy.UseFirstStockRecord, strategy.StockRequired, strategy.FixedRateTax, strategy.Structured):
    rate = Decimal("0.21")


class Selector:
    def strategy(self, request=None, user=None, **kwargs):
        return Vat(request)
