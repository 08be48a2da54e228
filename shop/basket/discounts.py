"""Promo codes on a basket: Oscar's offers, applied where discounts are shown.

Which code is used hangs on nothing but the basket: codes are looked at in the
order in which they were put on it, and an exclusive one keeps out what comes
after it, or stays out behind what came before. Those that are used take off their
percentages first, then their amounts, each from what the one before left.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.results import OfferApplications

from shop.attempts import Attempts
from shop.basket.codes import codes_on
from shop.money import money
from shop.offer.models import Benefit
from shop.offer.promo import fitting_lines, fitting_total
from shop.voucher import promo_codes
from shop.voucher.promo_codes import (
    PromoCodeRefused,
    PromoCodeUsedByYou,
    TooManyWrongCodes,
)

# Many people may share an address; few mistype ten codes in a row.
WRONG_CODES = Attempts("promo-codes", most={"shopper": 10, "address": 50}, seconds=600)


def apply_discounts(basket):
    """Work out the discounts of the basket's promo codes; they show on its lines and totals.

    Returns a refusal for each code on the basket that gives nothing now.
    """
    if not basket.has_codes:
        return []
    return use(codes_on(basket), basket)


def use(codes, basket):
    """Use what can be used of these codes, in turn, on a basket's lines; nothing is written.

    Returns a refusal for each code that gives nothing.
    """
    used, refusals = _choose(codes, basket)
    _apply(sorted(used, key=_turn), basket)
    helping = {voucher.pk for voucher in applied_codes(basket)}
    return refusals + [_gives_nothing(code) for code in used if code.voucher.pk not in helping]


def applied_codes(basket):
    """The promo codes that give a discount on a basket whose discounts are worked out."""
    codes = {d["voucher"].pk: d["voucher"] for d in basket.offer_applications.voucher_discounts}
    return [codes[pk] for pk in sorted(codes)]


def takes_another_code(basket):
    """Whether one more code could be used beside those that give a discount."""
    return not any(d["offer"].exclusive for d in basket.offer_applications.voucher_discounts)


def add_code(basket, typed, *, address=""):
    """Put a promo code on a basket. Raises `PromoCodeRefused`, which says why.

    `address` is the client's; who guesses too often from there has to wait.
    """
    voucher = _find(basket, typed, address)
    promo_codes.check(voucher, voucher.found_at)
    with transaction.atomic():
        basket.vouchers.add(voucher)
        basket.reset_offer_applications()
        for refusal in apply_discounts(basket):
            if refusal.code == voucher.code:
                basket.reset_offer_applications()
                raise refusal


def remove_code(basket, code):
    basket.vouchers.remove(*basket.vouchers.filter(code=code.upper()))
    basket.reset_offer_applications()
    apply_discounts(basket)


def _find(basket, typed, address):
    shopper = f"user-{basket.owner_id}" if basket.owner_id else f"basket-{basket.pk}"
    guesses = WRONG_CODES.of(shopper=shopper, address=address)
    if wait := guesses.count():
        raise TooManyWrongCodes(wait)
    voucher = promo_codes.find(typed)
    guesses.forgive()
    return voucher


def _choose(codes, basket):
    """The codes that are used, and a refusal for each of the others."""
    used, refusals = [], []
    for code in codes:
        try:
            _check(code, basket)
            _check_beside(code, used)
        except PromoCodeRefused as refusal:
            refusals.append(refusal)
        else:
            used.append(code)
    return used, refusals


def _apply(codes, basket):
    """Each code once. Oscar's applicator would fetch the basket's owner to count that."""
    for line in basket.all_lines():
        line.clear_discount()
    basket.offer_applications = OfferApplications()
    for code in codes:
        result = code.offer.apply_benefit(basket)
        if result.is_successful:
            basket.offer_applications.add(code.offer, result)


def _turn(code):
    return code.offer.benefit.type == Benefit.FIXED, code.voucher.pk


def _check(code, basket):
    voucher = code.voucher
    promo_codes.check(voucher, code.read_at)
    most = voucher.max_uses_per_user
    if most is not None and code.times_used >= most:
        raise PromoCodeUsedByYou(voucher.code)
    if voucher.currency and voucher.currency != basket.currency:
        sentence = _("The promo code %(code)s is for orders in %(currency)s.")
        raise _refused(code, sentence, currency=voucher.currency)
    if not code.is_for_here:
        sentence = _("The promo code %(code)s is for orders at %(places)s.")
        raise _refused(code, sentence, places=", ".join(code.location_names))
    if not fitting_lines(code.offer, basket):
        raise _refused(code, _("Nothing in your basket fits the promo code %(code)s."))
    if not code.offer.is_condition_satisfied(basket):
        raise _too_little(code, basket)


def _check_beside(code, used):
    """Codes of one set share their offer: an order takes one of them."""
    for other in used:
        if code.offer.exclusive or other.offer.exclusive or code.offer == other.offer:
            sentence = _(
                "The promo code %(code)s cannot be combined with %(other)s, "
                "which is used. Remove %(other)s to use it."
            )
            raise _refused(code, sentence, other=other.voucher.code)


def _too_little(code, basket):
    least = money(code.offer.condition.value, basket.currency)
    if code.is_for_everything:
        sentence = _("The promo code %(code)s is for orders of %(total)s or more.")
        return _refused(code, sentence, total=least)
    sentence = _(
        "The promo code %(code)s is for %(total)s or more of the goods that it is for; "
        "you have %(has)s of them."
    )
    has = money(fitting_total(code.offer, basket), basket.currency)
    return _refused(code, sentence, total=least, has=has)


def _gives_nothing(code):
    return _refused(code, _("There is nothing left that the promo code %(code)s could take off."))


def _refused(code, sentence, **values):
    return PromoCodeRefused(code.voucher.code, sentence % ({"code": code.voucher.code} | values))
