"""From what happened to who is told of it: a webhook for each subscription, with its number.

Not in the transaction of the event: numbers are given out one by one, and orders must not
queue up for them. What happened is in the books by then, and is read from there.
"""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from shop.order.models import Status
from shop.subscriptions import bodies
from shop.subscriptions.models import Event, Subscription, Webhook
from shop.subscriptions.signals import webhook_due

EVENTS_OF_STEPS = {
    Status.PAID: Event.ORDER_PAID,
    Status.READY: Event.ORDER_READY,
    Status.COMPLETED: Event.ORDER_COMPLETED,
    Status.CANCELLED: Event.ORDER_CANCELLED,
}


@transaction.atomic
def announce_step(change):
    """Tell of an order's step, and first of those before it: an order's numbers never go back."""
    subscriptions = _taking_numbers()
    steps = change.order.status_changes.filter(pk__lte=change.pk)
    for step in steps.select_related("order__location").prefetch_related("order__lines"):
        if event := EVENTS_OF_STEPS.get(step.new_status):
            _announce(subscriptions, event, step, step.date_created, bodies.of_step)


@transaction.atomic
def announce_low_stock(alert):
    subscriptions = _taking_numbers()
    _announce(subscriptions, Event.STOCK_LOW, alert, alert.raised_at, bodies.of_low_stock)


def _taking_numbers():
    """All that are on, locked: whoever else announces something waits, and counts on from there."""
    return list(Subscription.objects.on().select_for_update(no_key=True).order_by("pk"))


def _announce(subscriptions, event, row, occurred_at, tell):
    event_id = f"evt_{uuid5(NAMESPACE_URL, f'{settings.SITE_URL} {event} {row.pk}').hex}"
    told = Webhook.objects.filter(event_id=event_id).values_list("subscription_id", flat=True)
    known = set(told)
    wanting = [s for s in subscriptions if event in s.events and s.on_since <= occurred_at]
    for subscription in wanting:
        if subscription.pk not in known:
            _owe(subscription, event, event_id, occurred_at, tell(row))


def _owe(subscription, event, event_id, occurred_at, data):
    subscription.last_sequence += 1
    subscription.save(update_fields=["last_sequence"])
    sequence = subscription.last_sequence
    webhook = Webhook.objects.create(
        subscription=subscription,
        event_id=event_id,
        event=event,
        sequence=sequence,
        body=bodies.body_of(event, event_id, occurred_at, sequence, data),
        gives_up_at=give_up_time(),
    )
    webhook_due.send(sender=Webhook, webhook=webhook)


def give_up_time():
    """What is not delivered by then is given up."""
    return Now() + timedelta(hours=settings.WEBHOOK_HOURS)
