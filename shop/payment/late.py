"""Money that comes after its order had ended: the order goes on if all it needs is still there."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from shop.basket.contents import BasketGone, undo_bring_back
from shop.inventory.stock import OutOfStock
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.voucher.promo_codes import PromoCodeRefused

# Nobody had decided against these orders: they only lacked their money.
REVIVABLE = (Ending.EXPIRED, Ending.PAYMENT_FAILED)


class CannotRevive(Exception):
    """The money has to go back; `str()` says why, to the shopper."""


@transaction.atomic
def revive(order, *, occurred_at):
    """Bring an order back that had ended unpaid, with its goods, or raise `CannotRevive`.

    `occurred_at` is when the money came, by the gateway's clock. Moves stock: call it last.
    """
    _check_time(order, occurred_at)
    try:
        if order.basket:
            undo_bring_back(order.basket)
        lifecycle.revive(order, reason=_("The payment came after all."))
    except BasketGone:
        raise CannotRevive(
            _("Your payment came late, and you had ordered the goods again by then.")
        ) from None
    except PromoCodeRefused:
        raise CannotRevive(
            _("Your payment came late, and the promo code could not be used any more.")
        ) from None
    except OutOfStock:
        raise CannotRevive(
            _("Your payment came late, and some of the goods were sold by then.")
        ) from None


def _check_time(order, occurred_at):
    ended = order.status_changes.filter(new_status=Status.CANCELLED).last()
    if order.status != Status.CANCELLED or ended.ending not in REVIVABLE:
        raise CannotRevive(_("Your payment came after the order had been cancelled."))
    if not Order.objects.filter(pk=order.pk, contact__isnull=False).exists():
        raise CannotRevive(_("Your payment came after you had your contact erased."))
    if occurred_at > ended.date_created + timedelta(hours=settings.LATE_SUCCESS_HOURS):
        raise CannotRevive(_("Your payment came long after the order had ended."))
