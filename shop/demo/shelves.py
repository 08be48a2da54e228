from decimal import Decimal

from shop.catalogue.models import Category, Product, ProductClass
from shop.demo.reading import picture, read
from shop.inventory import stock
from shop.partner.models import StockRecord


def name_categories():
    """The categories by slug, parents first."""
    categories = {}
    for row in read("categories")["category"]:
        values = {name: row[name] for name in ("slug", "name", "description")}
        parent = categories.get(row.get("parent"))
        categories[row["slug"]] = (
            parent.add_child(**values) if parent else Category.add_root(**values)
        )
    return categories


def fill_shelves(locations, categories, seller):
    """Products, their prices and a first delivery everywhere they are offered."""
    goods, _created = ProductClass.objects.get_or_create(name="Goods")
    rows = read("products")["product"]
    deliveries = []
    for row in rows:
        product = _product(row, goods, categories[row["category"]], seller)
        deliveries += [
            (record.pk, steps) for record, steps in _offers(row, product, locations) if steps
        ]
    stock.receive(deliveries, reason="Opening delivery")
    return len(rows)


def _product(row, goods, category, seller):
    product = Product.objects.create(
        upc=row["sku"],
        title=row["name"],
        product_class=goods,
        unit=row["unit"],
        step=Decimal(row["step"]),
        weight_grams=row.get("weight_grams"),
        description=row["description"],
        image=picture(row["picture"], row["name"]),
        seller=seller if row["category"].startswith("gifts") else None,
    )
    product.categories.add(category)
    return product


def _offers(row, product, locations):
    for location in locations:
        price = row["prices"].get(location.currency)
        if price is None or location.code not in row.get("locations", [location.code]):
            continue
        record = StockRecord.objects.create(
            product=product,
            partner=location.partner_ptr,
            partner_sku=product.upc,
            price=Decimal(price),
            price_currency=location.currency,
            low_stock_threshold=row["low_stock_threshold"],
            shelf=row["shelf"],
        )
        yield record, row.get("stock", {}).get(location.code, row["stock_steps"])
