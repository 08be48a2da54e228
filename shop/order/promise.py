"""The time that an order is promised for: made when it is placed, moved if it is paid too late."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.locations.hours import ready_at
from shop.order.models import Order

# Paying takes a moment; a promise that moved by as much would only confuse.
TIME_TO_PAY = timedelta(minutes=5)


def renew(order, now=None):
    """Promise an order that is being paid anew, if it can no longer be ready in time.

    A promise never moves forward. Returns what happened in a sentence, or "".
    """
    now = now or timezone.now()
    if now - order.date_placed <= TIME_TO_PAY:
        return ""
    promised = ready_at(order.location, now)
    if promised is None or (order.promised_at and promised <= order.promised_at):
        return ""
    earlier, order.promised_at = order.promised_at, promised
    Order.objects.filter(pk=order.pk).update(promised_at=promised)
    return _("Paid late: promised for %(promised)s instead of %(earlier)s.") % {
        "promised": _written(promised, order.location),
        "earlier": _written(earlier, order.location),
    }


def _written(moment, location):
    return f"{moment.astimezone(location.zone):%-d %B, %H:%M}" if moment else "–"
