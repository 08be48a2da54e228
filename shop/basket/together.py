"""Several goods that go into a basket together: what can, does."""

from django.db import transaction

from shop.basket import contents
from shop.basket.contents import BasketGone, BasketRefused


@transaction.atomic
def add_all(basket, goods):
    """Put pairs of product and steps into a basket; returns the refusals of those that stay out.

    Raises `BasketGone`.
    """
    return [refusal for product, steps in goods if (refusal := _refusal(basket, product, steps))]


def _refusal(basket, product, steps):
    try:
        contents.add(basket, product, steps)
    except BasketGone:
        raise
    except BasketRefused as refusal:
        return refusal
    return None
