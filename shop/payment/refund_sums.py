"""Sending back a sum, for who does not say which goods it is for."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.order.models import Order
from shop.order.returns import IS_OUT, WAITS
from shop.payment.models import Refund
from shop.payment.refunds import (
    NOTHING,
    TooMuch,
    left_to_refund,
    payment_of,
    refund_lines,
    request_refund,
)


class CannotRestock(ValueError):
    """Goods that were sold for more than what is left to go back with them."""

    def __init__(self):
        super().__init__(_("The goods were sold for more than what is left. Say which come back."))


@transaction.atomic
def refund_sum(
    order, amount: Decimal | None = None, *, restock=None, reason="", actor=None, note=None
) -> Refund:
    """Book a sum to go back, all that is left unless it is said how much.

    A part goes back without goods. With all that is left, the goods that were not handed
    over yet go on sale again, or are lost without `restock`; goods that are out
    come back with `restock` alone. `note` is as for `refund_lines`. Raises `TooMuch`
    and `CannotRestock`.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    payment = payment_of(order)
    left = left_to_refund(payment) if payment else NOTHING
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise TooMuch(left, order.currency)
    booked = {"reason": reason, "actor": actor}
    goods = _goods(order, restock) if amount == left else []
    worth = sum(line.price_of_next(steps) for line, steps in goods)
    if goods and worth <= amount:
        restock = restock is not False
        booked |= {"restock": restock, "beside": amount - worth, "note": note}
        return refund_lines(order, goods, **booked)
    if goods and order.status in IS_OUT:
        raise CannotRestock
    # Where goods still wait, they go on sale when the money has gone.
    return request_refund(payment, amount, **booked)


def _goods(order, restock):
    """What goes back with the last of the money, as pairs of line and steps."""
    if order.status in WAITS or (restock and order.status in IS_OUT):
        return [(line, line.steps_left) for line in order.lines_left]
    return []
