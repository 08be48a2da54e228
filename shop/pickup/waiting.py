"""Ready orders that nobody has come for yet: reminded, noticed, and at last given up.

How long one waits is its location's policy, counted from when it became ready, and an end
is never at a time when nobody could have come. Beat asks; the database's clock answers.
"""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.batches import one_by_one
from shop.locations.hours import closes_on_or_after
from shop.locations.models import Uncollected
from shop.order.models import Ending, Order, Status
from shop.payment.cancellation import cancel_order
from shop.pickup.models import Waiting
from shop.pickup.signals import pickup_final_notice_due, pickup_reminder_due

BATCH = 100
RELEASED = Uncollected.RELEASE_AND_REFUND


def begin(order, now=None):
    """Let an order that has just become ready wait, and its code hold as long."""
    now = now or timezone.now()
    location = order.location
    until = _end(location, now + timedelta(days=location.waiting_days))
    notice_at = _before(until, location.final_notice_days_before_end, after=now)
    Waiting.objects.create(
        order=order,
        remind_at=_reminder(location, now, before=notice_at or until),
        final_notice_at=notice_at,
        until=until,
    )
    _let_code_hold(order, until)


def resume(order):
    """Let an order wait on whose hand-over was undone, until when it would have.

    What was announced before the hand-over is not announced again.
    """
    now, location = timezone.now(), order.location
    ready = order.status_changes.filter(old_status=Status.PAID, new_status=Status.READY)
    since = ready.latest("pk").date_created
    until = order.pickup_codes.get(voided_at=None).expires_at
    notice_at = _before(until, location.final_notice_days_before_end, after=now)
    remind_at = _reminder(location, since, before=notice_at or until)
    Waiting.objects.create(
        order=order,
        remind_at=remind_at if remind_at and remind_at > now else None,
        final_notice_at=notice_at,
        until=until,
    )


def end(order):
    """The order waits no longer: collected, cancelled or refunded."""
    Waiting.objects.filter(order=order).delete()


def mind():
    """Do for each waiting order what is due; returns how many those were.

    Each is dealt with in a transaction of its own. An order that somebody is just now
    handing over or cancelling is left to them.
    """
    return (
        _each(_give_up, waiting__until__lte=Now(), location__uncollected_policy=RELEASED)
        + _each(_announce_final_notice, waiting__final_notice_at__lte=Now())
        + _each(_announce_reminder, waiting__remind_at__lte=Now())
    )


def _each(step, **due):
    orders = Order.objects.filter(status=Status.READY, **due)
    keys = list(orders.order_by("waiting__until").values_list("pk", flat=True)[:BATCH])
    return one_by_one(partial(_one, step, orders), keys, "waiting order %s cannot be dealt with")


@transaction.atomic
def _one(step, orders, pk):
    rows = orders.select_related("location", "waiting")
    order = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if order:
        step(order)
    return order


def _give_up(order):
    """Release and refund, unless the location is closed on the last day after all."""
    planned = order.waiting.until
    until = _end(order.location, planned)
    if _day(order.location, until) > _day(order.location, planned):
        Waiting.objects.filter(pk=order.pk).update(until=until)
        _let_code_hold(order, until)
        return
    cancel_order(order, actor=None, reason=_("Not collected in time."), ending=Ending.NOT_COLLECTED)


def _announce_final_notice(order):
    # Whoever is told that the end is near needs no reminder any more. Two of us may have
    # read the row: the one that empties it tells.
    rows = Waiting.objects.filter(pk=order.pk, final_notice_at__isnull=False)
    if rows.update(final_notice_at=None, remind_at=None):
        pickup_final_notice_due.send(sender=Waiting, order=order)


def _announce_reminder(order):
    if Waiting.objects.filter(pk=order.pk, remind_at__isnull=False).update(remind_at=None):
        pickup_reminder_due.send(sender=Waiting, order=order)


def _end(location, moment):
    """The close of a moment's day, or of the next one on which anybody could come."""
    return closes_on_or_after(location, _day(location, moment)) or moment


def _day(location, moment):
    return moment.astimezone(location.zone).date()


def _reminder(location, now, *, before):
    if location.reminder_after_days is None:
        return None
    remind_at = now + timedelta(days=location.reminder_after_days)
    return remind_at if remind_at < before else None


def _before(until, days, *, after):
    if days is None:
        return None
    notice_at = until - timedelta(days=days)
    return notice_at if notice_at > after else None


def _let_code_hold(order, until):
    order.pickup_codes.filter(voided_at=None).update(expires_at=until)
