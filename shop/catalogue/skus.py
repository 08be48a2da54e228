"""A product's number in the shop: it stands in addresses, and no two differ in capitals alone."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Product

SAFE_SKU = RegexValidator(
    r"\A[A-Za-z0-9._-]{1,64}\Z", _("Up to 64 letters, digits, and . _ - only.")
)


class SkuTaken(Exception):
    def __init__(self):
        super().__init__(_("Another product has this SKU."))


def is_taken(sku):
    return Product.objects.filter(upc__iexact=sku).exists()
