"""What a shopper agrees to by ordering: this basket, for this total. Signed into the form."""

from dataclasses import dataclass
from decimal import Decimal

from django.core import signing

SALT = "storefront.agreement"


@dataclass(frozen=True)
class Agreement:
    basket_pk: int
    total: Decimal


def sign(basket):
    return signing.dumps([basket.pk, str(basket.total_incl_tax)], salt=SALT)


def read(signed):
    """The agreement in a form, or None if it is not one of ours."""
    try:
        basket_pk, total = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    return Agreement(basket_pk, Decimal(total))
