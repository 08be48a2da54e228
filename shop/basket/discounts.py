"""Promo codes on a basket: Oscar's offers, applied where discounts are shown."""

from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.applicator import Applicator

from shop.money import money
from shop.voucher import promo_codes
from shop.voucher.making import terms_of
from shop.voucher.promo_codes import PromoCodeRefused


def apply_discounts(basket):
    """Work out the discounts of the basket's promo codes; they show on its lines and totals.

    Returns a refusal for each code on the basket that gives nothing now.
    """
    if basket.pk is None or not basket.all_lines():
        return []
    usable, refusals = _checked_codes(basket)
    offers = [offer for voucher in usable for offer in _offers_of(voucher)]
    Applicator().apply_offers(basket, sorted(offers, key=lambda o: o.priority, reverse=True))
    helping = {voucher.pk for voucher in applied_codes(basket)}
    return refusals + [
        _does_not_fit(voucher, basket) for voucher in usable if voucher.pk not in helping
    ]


def applied_codes(basket):
    """The promo codes that give a discount on a basket whose discounts are worked out."""
    codes = {d["voucher"].pk: d["voucher"] for d in basket.offer_applications.voucher_discounts}
    return [codes[pk] for pk in sorted(codes)]


def add_code(basket, typed):
    """Put a promo code on a basket. Raises `PromoCodeRefused`, which says why."""
    voucher = promo_codes.find(typed)
    promo_codes.check(voucher)
    _check_currency(voucher, basket)
    offers = list(_offers_of(voucher))
    basket.reset_offer_applications()
    if not any(offer.is_condition_satisfied(basket) for offer in offers):
        raise _does_not_fit(voucher, basket)
    basket.vouchers.add(voucher)
    apply_discounts(basket)


def remove_code(basket, code):
    basket.vouchers.remove(*basket.vouchers.filter(code=code.upper()))
    basket.reset_offer_applications()
    apply_discounts(basket)


def _checked_codes(basket):
    usable, refusals = [], []
    for voucher in basket.vouchers.prefetch_related(
        "offers__condition__range", "offers__benefit__range"
    ):
        try:
            promo_codes.check(voucher)
            _check_currency(voucher, basket)
        except PromoCodeRefused as refusal:
            refusals.append(refusal)
        else:
            usable.append(voucher)
    return usable, refusals


def _check_currency(voucher, basket):
    if voucher.currency and voucher.currency != basket.currency:
        raise PromoCodeRefused(
            voucher.code,
            _("The promo code %(code)s is for orders in %(currency)s.")
            % {"code": voucher.code, "currency": voucher.currency},
        )


def _does_not_fit(voucher, basket):
    terms = terms_of(voucher)
    if terms is None or terms.min_total is None:
        sentence = _("The promo code %(code)s does not fit what is in the basket.")
        return PromoCodeRefused(voucher.code, sentence % {"code": voucher.code})
    sentence = _("The promo code %(code)s is for orders of %(total)s or more.")
    total = money(terms.min_total, basket.currency)
    return PromoCodeRefused(voucher.code, sentence % {"code": voucher.code, "total": total})


def _offers_of(voucher):
    for offer in voucher.offers.all():
        offer.set_voucher(voucher)
        yield offer
