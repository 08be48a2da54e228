"""The pages of many products at once: what `mirrors` does for one, in as few queries as can be."""

from itertools import groupby

from django.db import transaction
from wagtail.search.backends import get_search_backend

from shop.catalogue.models import Product, ProductCategory
from storefront.mirrors import follows, free_slug, move, name_page, shows
from storefront.models import CategoryPage, ProductPage
from storefront.site_tree import add_pages, site_tree

# What a page takes over from its product.
MIRRORED = ["title", "draft_title", "mirrored_name", "live", "is_withdrawn"]


@transaction.atomic
def keep_product_pages(product_ids):
    """Bring the pages of these products in step, and their entries in the search index."""
    products = list(Product.objects.filter(pk__in=product_ids).order_by("pk"))
    pages = {page.product_id: page for page in ProductPage.objects.filter(product__in=products)}
    shelves = _Shelves(products)
    _keep_up([(pages[product.pk], product) for product in products if product.pk in pages])
    for product_id, page in pages.items():
        move(page, shelves.of(product_id))
    _open([product for product in products if product.pk not in pages], shelves)
    _index(product_ids)


class _Shelves:
    """The page below which each product's page stands: that of its first category."""

    def __init__(self, products):
        filed = ProductCategory.objects.filter(product__in=products).order_by("-pk")
        self.first = dict(filed.values_list("product_id", "category_id"))
        found = CategoryPage.objects.filter(category__in=self.first.values())
        self.pages = {page.category_id: page for page in found}
        self.everything = site_tree().catalogue

    def of(self, product_id):
        return self.pages.get(self.first.get(product_id), self.everything)


def _keep_up(pairs):
    changed = [
        page
        for page, product in pairs
        if follows(page, product.title) | shows(page, product.is_public)
    ]
    ProductPage.objects.bulk_update(changed, MIRRORED)


def _open(products, shelves):
    for parent, below in groupby(
        sorted(products, key=lambda product: shelves.of(product.pk).pk),
        key=lambda product: shelves.of(product.pk),
    ):
        pages = [_page(product) for product in below]
        _give_slugs(pages, parent)
        add_pages(parent, pages)


def _page(product):
    page = ProductPage(product=product)
    name_page(page, product.title, product.is_public)
    return page


def _give_slugs(pages, parent):
    wanted = [page.slug for page in pages]
    taken = set(parent.get_children().filter(slug__in=wanted).values_list("slug", flat=True))
    for page in pages:
        if page.slug in taken:
            page.slug = free_slug(page.slug, parent, promised=taken)
        taken.add(page.slug)


def _index(product_ids):
    pages = ProductPage.get_indexed_objects().filter(product__in=product_ids)
    get_search_backend().add_bulk(ProductPage, list(pages))
