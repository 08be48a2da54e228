"""What happens in the catalogue shows in the pages at once, in the same transaction."""

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from shop.catalogue.finding.index import index_products
from shop.catalogue.models import Category, Product, ProductCategory
from shop.catalogue.signals import products_told
from shop.locations.models import Location
from storefront import many_pages, mirrors
from storefront.models import CategoryPage, LocationPage, ProductPage


@receiver(post_save, sender=Product)
def page_for_product(instance, raw=False, **_signal):
    if not raw:
        mirrors.keep_product_page(instance)


@receiver([page_published, page_unpublished], sender=ProductPage)
def find_by_its_page(instance, **_signal):
    """What editors write about a product finds it too."""
    index_products([instance.product_id])


@receiver(products_told)
def pages_for_products(product_ids, **_signal):
    many_pages.keep_product_pages(product_ids)


@receiver(post_save, sender=Category)
def page_for_category(instance, raw=False, **_signal):
    if not raw:
        mirrors.keep_category_page(instance)


@receiver(post_save, sender=Location)
def page_for_location(instance, raw=False, **_signal):
    if not raw:
        mirrors.keep_location_page(instance)


@receiver([post_save, post_delete], sender=ProductCategory)
def place_page(instance, raw=False, **_signal):
    if not raw:
        mirrors.place_product_page(instance.product)


@receiver(m2m_changed, sender=Product.categories.through)
def place_pages(instance, action, reverse, pk_set, **_signal):
    if not action.startswith("post_"):
        return
    if not reverse:
        mirrors.place_product_page(instance)
        return
    products = Product.objects.filter(pk__in=pk_set or [])
    for product in products or Product.objects.filter(page__in=_below(instance)):
        mirrors.place_product_page(product)


def _below(category):
    return ProductPage.objects.child_of(category.page)


@receiver(pre_delete, sender=Product)
def close_product_page(instance, **_signal):
    mirrors.close_page(ProductPage, product=instance)


@receiver(pre_delete, sender=Category)
def close_category_page(instance, **_signal):
    mirrors.close_page(CategoryPage, category=instance)


@receiver(pre_delete, sender=Location)
def close_location_page(instance, **_signal):
    mirrors.close_page(LocationPage, location=instance)
