from django.db.models import Q

from shop.customer.personal_data import holds, leaves_out
from shop.encryption import fingerprints
from shop.inventory.models import StockRequest


def _asked_by(person):
    proven = [digest for email in person.emails for digest in fingerprints(email)]
    return StockRequest.objects.filter(Q(user=person.user) | Q(fingerprint__in=proven))


def tell_requests(person):
    asked = ("product__title", "location__name", "created_at", "told_at")
    return list(_asked_by(person).values(*asked))


def erase_requests(person):
    _asked_by(person).delete()


holds("stock_requests", "inventory.StockRequest", tell=tell_requests, erase=erase_requests)
leaves_out(
    "what the shop's own people received, counted and sent",
    "inventory.Count",
    "inventory.Delivery",
    "inventory.Scan",
    "inventory.Stocktake",
    "inventory.Transfer",
)
