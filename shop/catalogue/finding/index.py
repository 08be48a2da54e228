"""Products in Wagtail's index on PostgreSQL."""

from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend
from wagtail.search.backends import get_search_backend

from shop.catalogue.finding import vocabulary
from shop.catalogue.models import Product


class Entries(PostgresIndex):
    """Learns the words of products, and leaves out what costs more with every product.

    Wagtail weighs all titles in the index anew whenever one is saved; here a title's length
    counts when it is ranked.
    """

    def add_items(self, model, objs):
        objs = list(objs)
        super().add_items(model, objs)
        if issubclass(model, Product):
            vocabulary.learn(_texts(objs))

    def _refresh_title_norms(self, full=False):
        pass


class SearchBackend(PostgresSearchBackend):
    index_class = Entries


def index_products(product_ids):
    """Put these products into the index as they are now."""
    products = Product.get_indexed_objects().filter(pk__in=product_ids)
    get_search_backend().add_bulk(Product, list(products))


def _texts(products):
    for product in products:
        yield from (product.title, product.description)
        yield from (category.name for category in product.categories.all())
