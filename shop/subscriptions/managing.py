"""What an owner does with subscriptions: make, switch, and send again what was missed.

That a target may be posted to is checked by its field, and once more whenever something is sent.
"""

import secrets

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.subscriptions.announcing import give_up_time
from shop.subscriptions.models import Off, Subscription, Webhook


class IsOff(Exception):
    """Nothing was sent; `str()` says why, to who asked."""

    def __init__(self):
        super().__init__(_("This subscription is off. Switch it on first."))


def subscribe(name, url, events, *, owner) -> tuple[Subscription, str]:
    """A subscription, and its secret: whoever asks later is not told."""
    secret = _made_up()
    made = Subscription.objects.create(
        name=name, url=url, events=list(events), owner=owner, secret=secret
    )
    return made, secret


def new_secret(subscription) -> str:
    """Sign with another secret from now on; the earlier one is worth nothing."""
    secret = _made_up()
    Subscription.objects.filter(pk=subscription.pk).update(secret=secret)
    return secret


def switch_off(subscription):
    """Tell it nothing more; what is waiting waits. Returns whether it was on."""
    on = Subscription.objects.on().filter(pk=subscription.pk)
    return on.update(switched_off_at=Now(), off_because=Off.BY_HAND)


@transaction.atomic
def switch_on(subscription):
    """Tell it what happens from now on, and what was waiting. Returns whether it was off."""
    off = Subscription.objects.exclude(switched_off_at=None).filter(pk=subscription.pk)
    anew = {"refusals": 0, "failed_in_a_row": 0, "on_since": Now(), "free_at": Now()}
    is_on = off.update(switched_off_at=None, off_because="", **anew)
    if is_on:
        _make_due(subscription.webhooks.waiting())
    return is_on


def send_again(webhook):
    """Send an event once more under its own id and number. Raises `IsOff`."""
    _send_again(webhook.subscription, Webhook.objects.filter(pk=webhook.pk))


def send_failed_again(subscription, since):
    """Send again what was given up of the events since; returns how many. Raises `IsOff`."""
    return _send_again(subscription, failed_since(subscription, since))


def failed_since(subscription, since):
    return subscription.webhooks.failed().filter(created_at__gte=since)


@transaction.atomic
def _send_again(subscription, webhooks):
    # Its target gets a fresh start: what failed before does not count against what comes.
    on = Subscription.objects.on().filter(pk=subscription.pk)
    if not on.update(refusals=0, failed_in_a_row=0, free_at=Now()):
        raise IsOff
    return _make_due(webhooks)


def _make_due(webhooks):
    return webhooks.update(
        delivered_at=None, failed_at=None, due_at=Now(), gives_up_at=give_up_time()
    )


def _made_up():
    return f"whsec_{secrets.token_urlsafe(32)}"
