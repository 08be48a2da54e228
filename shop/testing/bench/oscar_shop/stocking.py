"""Fills an empty stock shop: `python -m shop.testing.bench.oscar_shop.stocking FILE`."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import django
from oscar.core.loading import get_model

PRODUCTS, PLENTY = 1_000, 10_000_000


def main(target):
    country = get_model("address", "Country")
    product_class = get_model("catalogue", "ProductClass")
    partner = get_model("partner", "Partner").objects.create(name="Bench", code="bench")
    country.objects.create(
        iso_3166_1_a2="PT", printable_name="Portugal", name="Portugal", is_shipping_country=True
    )
    goods = product_class.objects.create(name="Goods", requires_shipping=True, track_stock=True)
    keys = [_offer(number, goods, partner).pk for number in range(PRODUCTS)]
    Path(target).write_text(json.dumps(keys))


def _offer(number, goods, partner):
    product = get_model("catalogue", "Product").objects.create(
        title=f"Product {number}", upc=f"SKU-{number}", product_class=goods
    )
    get_model("partner", "StockRecord").objects.create(
        product=product,
        partner=partner,
        partner_sku=product.upc,
        price=Decimal("2.50"),
        num_in_stock=PLENTY,
    )
    return product


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
