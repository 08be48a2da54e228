from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.order.models import Fulfilment, Status
from shop.pickup.codes import issue


@receiver(order_status_changed)
def issue_code_for_paid_order(order, new_status, **kwargs):
    if new_status == Status.PAID and order.fulfilment == Fulfilment.PICKUP:
        issue(order)
