"""Orders that nobody paid in time: put off once, or ended with all that they held.

Time is the database's: the clocks of several machines differ.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now

from shop.batches import one_by_one
from shop.order.models import Ending, Order, Status
from shop.payment.calling_off import call_off_payments
from shop.payment.endings import end_unpaid
from shop.payment.models import UNSETTLED, Payment

BATCH = 100


def expire_orders():
    """End the orders whose time is over; returns how many were seen to, put off or ended."""
    overdue = list(_overdue().order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    return one_by_one(_see_to, overdue, "order %s cannot be ended")


def _overdue():
    # Those whose payment was called off end as soon as the gateway has agreed to it.
    called_off = Payment.objects.filter(
        order=OuterRef("pk"), status__in=UNSETTLED, call_off_at__isnull=False
    )
    return Order.objects.filter(~Exists(called_off), status=Status.PENDING, expires_at__lte=Now())


@transaction.atomic
def _see_to(pk):
    """One order a transaction, since ending it moves stock; one in other hands is left to them."""
    order = _overdue().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if order is None:
        return False
    if not _put_off(order):
        call_off_payments(order)
        if not order.payments.filter(status__in=UNSETTLED).exists():
            end_unpaid(order, Ending.EXPIRED)
    return True


def _put_off(order):
    """A payment that its gateway has in hand gets as much time again, once."""
    under_way = order.payments.filter(status__in=UNSETTLED, asked_at__isnull=False)
    if order.extensions or not under_way.exists():
        return False
    return Order.objects.filter(pk=order.pk).update(
        extensions=F("extensions") + 1,
        expires_at=Now() + timedelta(minutes=settings.RESERVATION_MINUTES),
    )
