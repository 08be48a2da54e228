"""Fills an empty Magpie with goods to measure: `python -m shop.testing.bench.stocking FILE`."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import django

PRODUCTS, PLENTY, SHOPPERS = 1_001, 10_000_000, 16


def main(target):
    # Models load once Django is set up.
    from rest_framework_simplejwt.tokens import AccessToken  # noqa: PLC0415

    from shop.catalogue.models import Product, ProductClass  # noqa: PLC0415
    from shop.inventory import stock  # noqa: PLC0415
    from shop.partner.models import StockRecord  # noqa: PLC0415
    from shop.testing.factories import make_location, make_user  # noqa: PLC0415

    location = make_location(code="bench")
    goods = ProductClass.objects.create(name="Goods")
    products = Product.objects.bulk_create(
        Product(upc=f"SKU-{n}", title=f"Product {n}", slug=f"product-{n}", product_class=goods)
        for n in range(PRODUCTS)
    )
    records = StockRecord.objects.bulk_create(
        StockRecord(
            product=product,
            partner=location.partner_ptr,
            partner_sku=product.upc,
            price=Decimal("2.50"),
            price_currency=location.currency,
        )
        for product in products
    )
    stock.receive([(record.pk, PLENTY) for record in records])
    told = {
        "location": location.code,
        "skus": [product.upc for product in products],
        "tokens": [str(AccessToken.for_user(make_user())) for _shopper in range(SHOPPERS)],
    }
    Path(target).write_text(json.dumps(told))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
