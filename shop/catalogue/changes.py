"""Products written many at once. Saving one tells its page; writing many tells them by batches.

Whoever writes announces in the same transaction; a worker tells afterwards.
"""

from shop.catalogue.models import ProductsChange
from shop.catalogue.signals import products_changed, products_told

BATCH = 100


def announce(product_ids):
    """Leave behind that these products changed, in the transaction that changed them."""
    starts = range(0, len(product_ids), BATCH)
    changes = [ProductsChange(product_ids=product_ids[start : start + BATCH]) for start in starts]
    for change in ProductsChange.objects.bulk_create(changes):
        products_changed.send(sender=ProductsChange, change=change)


def tell(pk):
    """Tell whoever shows products, once it went well; again if it did not."""
    for change in ProductsChange.objects.filter(pk=pk):
        products_told.send(sender=ProductsChange, product_ids=change.product_ids)
        change.delete()
