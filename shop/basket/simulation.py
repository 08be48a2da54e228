"""What promo codes would do to a basket that nobody has: the same rules, and nothing written."""

from dataclasses import dataclass
from decimal import Decimal

from shop.basket.codes import codes_for
from shop.basket.contents import NotOfferedHere, offered_at
from shop.basket.discounts import use
from shop.basket.models import Basket, Line
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import PromoCodeUsedByContact


@dataclass(frozen=True)
class Trial:
    """What a promo code takes off, or the sentence that says why it takes nothing."""

    voucher: Voucher
    takes_off: Decimal = Decimal(0)
    refusal: str = ""


def imagine(location, goods):
    """A basket of (product, steps) pairs at a location, in memory alone.

    Raises `NotOfferedHere`. How much there is of it does not matter.
    """
    basket = Basket(location=location)
    records = offered_at(location).filter(product__in=[product for product, _steps in goods])
    there = {record.product_id: record for record in records}
    basket._lines = [_line(basket, product, there, steps) for product, steps in goods]
    return basket


def _line(basket, product, there, steps):
    if product.pk not in there:
        raise NotOfferedHere(product, basket.location)
    return Line(basket=basket, product=product, stockrecord=there[product.pk], quantity=steps)


def try_each(vouchers, basket, *, times_used=0, now=None):
    """Each promo code by itself, for somebody who has used it so often already."""
    codes = _codes(vouchers, basket)
    return [_try([code], basket, times_used, now)[0] for code in codes]


def try_together(vouchers, basket, *, times_used=0, now=None):
    """Promo codes beside one another, in the order in which they were typed."""
    return _try(_codes(vouchers, basket), basket, times_used, now)


def _codes(vouchers, basket):
    found = codes_for(vouchers, basket)
    return [found[voucher.pk] for voucher in vouchers if voucher.pk in found]


def _try(codes, basket, times_used, now):
    for code in codes:
        code.times_used, code.read_at = times_used, now or code.read_at
    # A basket knows no address: the order would be refused that is made of it.
    spent = [code for code in codes if _is_spent(code)]
    refused = {code.voucher.pk: PromoCodeUsedByContact(code.voucher.code) for code in spent}
    others = [code for code in codes if code not in spent]
    keys = {code.voucher.code: code.voucher.pk for code in others}
    refused |= {keys[refusal.code]: refusal for refusal in use(others, basket)}
    taken = {d["voucher"].pk: d["discount"] for d in basket.offer_applications.voucher_discounts}
    return [
        Trial(
            code.voucher,
            taken.get(code.voucher.pk, Decimal(0)),
            str(refused.get(code.voucher.pk, "")),
        )
        for code in codes
    ]


def _is_spent(code):
    most = code.voucher.max_uses_per_contact
    return most is not None and code.times_used >= most
