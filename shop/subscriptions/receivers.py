"""Which events are somebody's to hear of: asked where they happen, told by a worker later."""

from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.inventory.signals import stock_ran_low
from shop.order.models import OrderStatusChange
from shop.subscriptions.announcing import EVENTS_OF_STEPS
from shop.subscriptions.models import Event, Subscription
from shop.subscriptions.signals import low_stock_due, step_due


@receiver(order_status_changed)
def note_step(new_status, change, **kwargs):
    event = EVENTS_OF_STEPS.get(new_status)
    if event and _is_wanted(event):
        step_due.send(sender=OrderStatusChange, change=change)


@receiver(stock_ran_low)
def note_low_stock(sender, alerts, **kwargs):
    if _is_wanted(Event.STOCK_LOW):
        for alert in alerts:
            low_stock_due.send(sender=sender, alert=alert)


def _is_wanted(event):
    return Subscription.objects.wanting(event).exists()
