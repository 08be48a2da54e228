from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.order.models import Fulfilment, Status
from shop.pickup import waiting
from shop.pickup.codes import issue


@receiver(order_status_changed)
def issue_code_for_paid_order(order, new_status, **kwargs):
    if new_status == Status.PAID and order.fulfilment == Fulfilment.PICKUP:
        issue(order)


@receiver(order_status_changed)
def wait_while_ready(order, old_status, new_status, **kwargs):
    if (old_status, new_status) == (Status.PAID, Status.READY):
        waiting.begin(order)
    elif old_status == Status.READY:
        waiting.end(order)
