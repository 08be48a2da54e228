from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.order.models import Status
from shop.payment.calling_off import call_off_payments


@receiver(order_status_changed)
def call_off_what_is_no_longer_wanted(order, new_status, **kwargs):
    """An order that ended is not to be paid for any more, and a paid one not twice."""
    if new_status in (Status.CANCELLED, Status.PAID):
        call_off_payments(order)
