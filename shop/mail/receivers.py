"""Who is told what, and when."""

from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.mail.models import Kind
from shop.mail.writing import write
from shop.order.models import Ending, Status

OF_STATUS = {
    Status.PAID: Kind.PAID,
    Status.READY: Kind.READY,
    Status.SHIPPED: Kind.SHIPPED,
    Status.COMPLETED: Kind.COMPLETED,
}
OF_ENDING = {
    Ending.PAYMENT_FAILED: Kind.PAYMENT_FAILED,
    Ending.EXPIRED: Kind.EXPIRED,
    Ending.BY_SHOPPER: Kind.CANCELLED,
    Ending.BY_STAFF: Kind.CANCELLED,
    Ending.NOT_COLLECTED: Kind.NOT_COLLECTED,
}


@receiver(order_status_changed)
def tell_of_step(order, old_status, new_status, change, **kwargs):
    kind = _kind_of_step(old_status, new_status, change)
    if kind:
        write(kind, change, order=order)


def _kind_of_step(old_status, new_status, change):
    """What a step is told by; money that went back is told by its refund."""
    if new_status == Status.CANCELLED:
        return OF_ENDING.get(change.ending, Kind.CANCELLED)
    if (old_status, new_status) == (Status.CANCELLED, Status.PAID):
        return Kind.REVIVED
    return OF_STATUS.get(new_status)
