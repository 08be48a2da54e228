"""Promo codes on a basket: Oscar's offers, applied where discounts are shown."""

from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.applicator import Applicator

from shop.voucher import promo_codes
from shop.voucher.promo_codes import PromoCodeRefused


def apply_discounts(basket):
    """Work out the discounts of the basket's promo codes; they show on its lines and totals."""
    if basket.pk is None or not basket.all_lines():
        return
    offers = [offer for voucher in usable_codes(basket) for offer in _offers_of(voucher)]
    Applicator().apply_offers(basket, sorted(offers, key=lambda o: o.priority, reverse=True))


def add_code(basket, typed):
    """Put a promo code on a basket. Raises `PromoCodeRefused`, which says why."""
    voucher = promo_codes.find(typed)
    offers = list(_offers_of(voucher))
    basket.reset_offer_applications()
    if not any(offer.is_condition_satisfied(basket) for offer in offers):
        raise PromoCodeRefused(
            voucher.code,
            _("The promo code %(code)s does not fit what is in the basket.")
            % {"code": voucher.code},
        )
    basket.vouchers.add(voucher)
    apply_discounts(basket)


def remove_code(basket, code):
    basket.vouchers.remove(*basket.vouchers.filter(code=code.upper()))
    basket.reset_offer_applications()
    apply_discounts(basket)


def usable_codes(basket):
    usable = []
    for voucher in basket.vouchers.prefetch_related(
        "offers__condition__range", "offers__benefit__range"
    ):
        try:
            promo_codes.check(voucher)
        except PromoCodeRefused:
            continue
        usable.append(voucher)
    return usable


def _offers_of(voucher):
    for offer in voucher.offers.all():
        offer.set_voucher(voucher)
        yield offer
