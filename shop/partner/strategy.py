"""Oscar's policies as Magpie decides them: the location sells, its price includes VAT."""

from oscar.apps.partner.availability import StockRequired, Unavailable
from oscar.apps.partner.prices import TaxInclusiveFixedPrice
from oscar.apps.partner.prices import Unavailable as UnavailablePrice
from oscar.apps.partner.strategy import PurchaseInfo, Structured


class AtLocation(Structured):
    """What one step of a product costs at a location, and whether it is there."""

    def __init__(self, request=None, location=None):
        super().__init__(request)
        self._location = location

    @property
    def location(self):
        return self._location or getattr(self.request, "location", None)

    def select_stockrecord(self, product):
        if not self.location:
            return None
        return next(
            (r for r in product.stockrecords.all() if r.partner_id == self.location.pk),
            None,
        )

    def fetch_for_line(self, line, stockrecord=None):
        record = line.stockrecord
        return PurchaseInfo(
            price=self.pricing_policy(line.product, record),
            availability=self.availability_policy(line.product, record),
            stockrecord=record,
        )

    def pricing_policy(self, product, stockrecord):
        if stockrecord is None or stockrecord.price is None:
            return UnavailablePrice()
        gross = stockrecord.price * product.step
        net = gross / (1 + stockrecord.partner.vat_rate)
        return TaxInclusiveFixedPrice(stockrecord.price_currency, excl_tax=net, tax=gross - net)

    def availability_policy(self, product, stockrecord):
        if stockrecord is None or not product.is_public:
            return Unavailable()
        return StockRequired(stockrecord.net_stock_level)


class Selector:
    def strategy(self, request=None, **_kwargs):
        return AtLocation(request)
