"""The index keeps up with the catalogue, in the transaction that changes it."""

from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from django.dispatch import receiver

from shop.catalogue import changes
from shop.catalogue.finding import vocabulary
from shop.catalogue.finding.index import index_products
from shop.catalogue.finding.models import Synonyms, Word
from shop.catalogue.models import Category, Product, ProductCategory
from shop.catalogue.signals import products_told
from shop.migrated import is_last


@receiver(post_save, sender=Product)
def index_product(instance, raw=False, **_signal):
    if not raw:
        index_products([instance.pk])


@receiver(products_told)
def index_many(product_ids, **_signal):
    index_products(product_ids)


@receiver(m2m_changed, sender=ProductCategory)
def index_filed(instance, action, reverse, pk_set, **_signal):
    if action.startswith("post_"):
        index_products(pk_set or [] if reverse else [instance.pk])


@receiver([post_save, post_delete], sender=ProductCategory)
def index_what_is_filed(instance, raw=False, origin=None, **_signal):
    # What is deleted together with its product needs no entry.
    if not raw and origin in (None, instance):
        index_products([instance.product_id])


@receiver(post_save, sender=Category)
def index_what_is_in_it(instance, created=False, raw=False, **_signal):
    """A category's name finds its products."""
    if not raw and not created:
        inside = ProductCategory.objects.filter(category=instance).order_by("product_id")
        changes.announce(list(inside.values_list("product_id", flat=True)))


@receiver([post_save, post_delete], sender=Synonyms)
def teach(raw=False, **_signal):
    if not raw:
        vocabulary.teach_synonyms()


@receiver(post_migrate)
def index_what_was_there(app_config, apps=None, **_signal):
    """Products that are older than the index: workers take them in, batch by batch."""
    has_words = apps is None or "word" in apps.all_models["catalogue"]
    if is_last(app_config) and has_words and not Word.objects.exists():
        changes.announce(list(Product.objects.order_by("pk").values_list("pk", flat=True)))
