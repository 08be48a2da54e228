"""A promo code with the offer behind it, for tests."""

from datetime import timedelta

from django.utils import timezone

from shop.offer.models import Benefit, Condition, ConditionalOffer, Range
from shop.voucher.models import Voucher


def make_promo_code(code, *, percent, **values):
    everything = Range.objects.create(name=f"All for {code}", includes_all_products=True)
    offer = ConditionalOffer.objects.create(
        name=f"{percent} % off",
        offer_type=ConditionalOffer.VOUCHER,
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=percent),
    )
    now = timezone.now()
    voucher = Voucher.objects.create(
        name=code,
        code=code,
        start_datetime=now - timedelta(days=1),
        end_datetime=now + timedelta(days=1),
        **values,
    )
    voucher.offers.add(offer)
    return voucher
