"""Finding out about payments that are stuck, each by a worker of its own.

Their task or their webhook was lost, their gateway was silent, or their shopper has yet
to confirm. `take_due` says whose turn it is, and `look_into` sees to one of them: as many
at a time as there are workers. What is due is the database's to say: the clocks of several
machines differ.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, DurationField, ExpressionWrapper, F, Value, When
from django.db.models.functions import Least, Now, Power, Random

from shop.payment.gateways import NoAnswer
from shop.payment.models import UNSETTLED, Payment, PaymentStatus
from shop.payment.settlement import find_out

logger = logging.getLogger(__name__)

BATCH = 500
FIRST_WAIT_SECONDS = 10
# A fault is made good within a minute of its end, so nobody waits for long to be asked about.
LONGEST_WAIT_SECONDS = 20
# A shopper takes minutes, and a webhook tells.
LONGEST_WAIT_FOR_SHOPPER_SECONDS = 120


@transaction.atomic
def take_due(now=None):
    """The payments whose turn it is, those waiting longest first; each is put off.

    Pairs of a payment's key and its count of looks. Nobody else takes them meanwhile: a
    second sweep skips the rows, then finds them not due.
    """
    now = now or Now()
    due = Payment.objects.filter(status__in=UNSETTLED, look_at__lte=now).order_by("look_at")
    rows = due.select_for_update(skip_locked=True).values_list("pk", "looks")
    taken = [(pk, looks + 1) for pk, looks in rows[:BATCH]]
    Payment.objects.filter(pk__in=[pk for pk, _looks in taken]).update(
        looks=F("looks") + 1, look_at=now + _wait()
    )
    return taken


def _wait():
    """Twice as long each time, and never quite the same: what got stuck together comes apart."""
    longest = Case(
        When(status=PaymentStatus.REQUIRES_ACTION, then=LONGEST_WAIT_FOR_SHOPPER_SECONDS),
        default=LONGEST_WAIT_SECONDS,
    )
    seconds = Least(FIRST_WAIT_SECONDS * Power(2, Least(F("looks"), 10)), longest)
    second = Value(timedelta(seconds=1), output_field=DurationField())
    jittered = second * seconds * (0.75 + Random() / 2)
    return ExpressionWrapper(jittered, output_field=DurationField())


def look_into(pk, looks):
    """Find out about a payment, unless it had another turn since: messages may come very late."""
    stuck = Payment.objects.filter(pk=pk, looks=looks, status__in=UNSETTLED)
    payment = stuck.select_related("order").first()
    if payment is None:
        return
    try:
        find_out(payment)
    except NoAnswer:
        logger.warning("no answer about payment %s; it will be asked again", payment.pk)
