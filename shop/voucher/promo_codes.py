"""Claiming and giving back the uses of a promo code."""

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.voucher.models import Voucher


class PromoCodeRefused(Exception):
    """A code that cannot be used now; `str()` says why, in the shopper's words."""

    def __init__(self, code, message):
        self.code = code
        super().__init__(message)


class PromoCodeUsedUp(PromoCodeRefused):
    def __init__(self, code):
        super().__init__(code, _("The promo code %(code)s has been used up.") % {"code": code})


def find(code):
    """The promo code as typed, if it can be used now. Raises `PromoCodeRefused`."""
    typed = code.strip().upper()
    voucher = Voucher.objects.filter(code=typed).first()
    if voucher is None:
        raise PromoCodeRefused(
            typed, _("We do not know the promo code %(code)s.") % {"code": typed}
        )
    check(voucher)
    return voucher


def check(voucher):
    """Raises `PromoCodeRefused` for a code outside its dates or without uses left."""
    now = timezone.now()
    values = {"code": voucher.code}
    if now < voucher.start_datetime:
        raise PromoCodeRefused(
            voucher.code, _("The promo code %(code)s is not valid yet.") % values
        )
    if now > voucher.end_datetime:
        raise PromoCodeRefused(voucher.code, _("The promo code %(code)s has expired.") % values)
    if voucher.is_used_up:
        raise PromoCodeUsedUp(voucher.code)


def claim(voucher):
    """Count one use, in the caller's transaction. Raises `PromoCodeUsedUp`.

    The row count of the conditional update decides between two orders that
    want the last use.
    """
    has_uses_left = Q(max_uses=None) | Q(num_orders__lt=F("max_uses"))
    claimed = Voucher.objects.filter(has_uses_left, pk=voucher.pk).update(
        num_orders=F("num_orders") + 1
    )
    if not claimed:
        raise PromoCodeUsedUp(voucher.code)


def give_back(order):
    """Return the uses that an order holds, once however often it is called."""
    applications = order.voucherapplication_set.all()
    for voucher_id in list(applications.values_list("voucher_id", flat=True)):
        deleted, _details = applications.filter(voucher_id=voucher_id).delete()
        Voucher.objects.filter(pk=voucher_id).update(num_orders=F("num_orders") - deleted)


def claim_again(order):
    """Take the uses back that an order gave back, for money that came after all.

    Raises `PromoCodeUsedUp`, which must roll the caller's transaction back.
    """
    codes = order.discounts.exclude(voucher_id=None).values("voucher_id")
    for voucher in Voucher.objects.filter(pk__in=codes).order_by("pk"):
        order.voucherapplication_set.create(voucher=voucher, user=order.user)
        claim(voucher)
