"""Writing a plan into the shop, in the caller's transaction."""

from django.utils import timezone

from shop.catalogue.models import Product, ProductClass
from shop.inventory import stock
from shop.partner.models import StockRecord

PRODUCT_CLASS = "Goods"


def carry_out(plan, *, pieces, reason):
    """Write a plan. A new offer starts with `pieces` in stock, or with as many as the file sold.

    Only what is new gets stock, so that a second run receives nothing.
    Products are saved one by one, because a saved product is announced and gets
    its page then. Stock comes last: its rows stay locked until the commit.
    """
    _add_products(plan.new_products)
    for product, title in plan.retitled:
        product.title = title
        product.save(update_fields=["title", "date_updated"])
    _reprice(plan.repriced)
    records = _add_offers(plan.new_offers)
    deliveries = [
        (record.pk, article.sold if pieces is None else pieces)
        for record, (article, _destination) in zip(records, plan.new_offers, strict=True)
    ]
    stock.receive([delivery for delivery in deliveries if delivery[1]], reason=reason)


def _add_products(articles):
    if not articles:
        return
    goods, _created = ProductClass.objects.get_or_create(name=PRODUCT_CLASS)
    for article in articles:
        Product(upc=article.code, title=article.title, product_class=goods).save()


def _reprice(changes):
    for record, article, destination in changes:
        record.price = destination.price_of(article)
        record.price_currency = destination.location.currency
        record.date_updated = timezone.now()
    # Nothing but the price: the stock of a record is the ledger's to change.
    StockRecord.objects.bulk_update(
        [record for record, _article, _destination in changes],
        ["price", "price_currency", "date_updated"],
    )


def _add_offers(offers):
    if not offers:
        return []
    codes = {article.code for article, _destination in offers}
    product_ids = dict(Product.objects.filter(upc__in=codes).values_list("upc", "pk"))
    return StockRecord.objects.bulk_create(
        StockRecord(
            product_id=product_ids[article.code],
            partner_id=destination.location.pk,
            partner_sku=article.code,
            price=destination.price_of(article),
            price_currency=destination.location.currency,
        )
        for article, destination in offers
    )
