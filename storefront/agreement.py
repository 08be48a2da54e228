"""What a shopper agrees to by ordering: this basket, for this total. Signed into the form."""

from dataclasses import dataclass
from decimal import Decimal

from django.core import signing

SALT = "storefront.agreement"


@dataclass(frozen=True)
class Agreement:
    """`way` is how it was to be sent, as `storefront.sending` writes it; empty to collect it."""

    basket_pk: int
    total: Decimal
    way: str


def sign(basket, total, way):
    return signing.dumps([basket.pk, str(total), way], salt=SALT)


def read(signed):
    """The agreement in a form, or None if it is not one of ours."""
    try:
        basket_pk, total, way = signing.loads(signed, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Agreement(basket_pk, Decimal(total), way)
