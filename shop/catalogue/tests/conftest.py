from pathlib import Path

import pytest

from shop.catalogue.finding.index import index_products
from shop.catalogue.models import Product, ProductClass
from shop.imports.importer import read_articles
from shop.imports.reading import encoding_of, rows_of

INVOICES = Path(__file__).parents[2] / "imports/tests/data/online-retail-sample.csv"


@pytest.fixture
def real_catalogue(db):
    """The 600 products of real invoices, written as an import writes them."""
    articles, _left_out = read_articles(rows_of(INVOICES, encoding_of(INVOICES)))
    goods = ProductClass.objects.create(name="Goods")
    products = Product.objects.bulk_create(
        Product(upc=article.code, title=article.title, slug="x", product_class=goods)
        for article in articles
    )
    index_products([product.pk for product in products])
