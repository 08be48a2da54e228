"""How every scenario ends: all work is done, and every rule holds."""

import time

from django.db import connection

from shop.order.models import Order, Status
from shop.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from shop.reconciliation import reconcile
from tasks.models import OutboxMessage

UNSETTLED = (
    OutboxMessage.objects.unfinished,
    lambda: Payment.objects.filter(status=PaymentStatus.PENDING),
    lambda: Refund.objects.filter(status=RefundStatus.PENDING),
    lambda: Order.objects.filter(status=Status.PENDING),
)


def seconds_until_settled(patience):
    """How long it took until nothing was under way; None if something still is."""
    begun = time.monotonic()
    while any(rows().exists() for rows in UNSETTLED):
        if time.monotonic() - begun > patience:
            return None
        time.sleep(0.2)
    return time.monotonic() - begun


def drifts():
    try:
        return reconcile.look()
    finally:
        connection.close()
