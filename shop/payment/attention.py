"""Payments that somebody should look at, and those that brought money."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from shop.payment.models import TAKEN, UNSETTLED, PaymentStatus

# The sweeper asks after a payment several times a minute: what has no end by then is stuck.
STUCK_AFTER = timedelta(minutes=10)


def taken(payments):
    """What pays for its order. What came on top of it goes back and is no taking."""
    return payments.filter(status__in=TAKEN, surplus=False)


def stuck(payments):
    """Without an end for too long; a shopper has until the order runs out to confirm theirs."""
    long_ago = Now() - STUCK_AFTER
    silent = Q(status=PaymentStatus.PENDING, created_at__lt=long_ago)
    return payments.filter(silent | Q(order__expires_at__lt=long_ago), status__in=UNSETTLED)


def held(payments):
    """The gateway took another sum than was asked for; it waits to be sent back."""
    return payments.filter(held_amount__isnull=False)
