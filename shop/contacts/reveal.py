"""Looking at who an order is for: allowed to few, for a reason, seldom, and seen by the shopper."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.contacts.models import Contact, Reveal
from shop.customer.models import User
from shop.customer.roles import title_of
from shop.order.models import Order

PERMISSION = "contacts.reveal_contact"
WINDOW = timedelta(hours=1)
# Fewer letters than this are no reason that tells a shopper anything.
REASON_LETTERS = 8


class RevealRefused(Exception):
    """Nothing is shown, and nothing recorded; `str()` says why, to who asked."""


class MayNotReveal(RevealRefused):
    def __init__(self):
        super().__init__(_("You may not look at who this order is for."))


class ReasonNeeded(RevealRefused):
    def __init__(self):
        super().__init__(_("Say why, in a few words: the shopper will read it."))


class TooManyReveals(RevealRefused):
    def __init__(self):
        said = _("You have looked at %(n)d contacts within an hour. Wait a while.")
        super().__init__(said % {"n": settings.REVEALS_PER_HOUR})


class ContactErased(RevealRefused):
    def __init__(self):
        super().__init__(_("The contact data of this order has been erased."))


def may_reveal(order, actor):
    orders = Order.objects.visible_to(actor)
    return actor.has_perm(PERMISSION) and orders.filter(pk=order.pk).exists()


def reveal(order, actor, reason) -> Contact:
    """Who an order is for. That somebody looked is committed before anything is read.

    Not to be called within a transaction. Raises `RevealRefused`.
    """
    reason = reason.strip()
    if not may_reveal(order, actor):
        raise MayNotReveal
    if sum(letter.isalpha() for letter in reason) < REASON_LETTERS:
        raise ReasonNeeded
    if not Contact.objects.filter(order=order).exists():
        raise ContactErased
    _record(order, actor, reason)
    return _contact_of(order)


@transaction.atomic(durable=True)
def _record(order, actor, reason):
    # Whoever asks twice at once waits here, and is then counted.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    looks = Reveal.objects.filter(actor=actor, at__gt=Now() - WINDOW).count()
    if looks >= settings.REVEALS_PER_HOUR:
        raise TooManyReveals
    Reveal.objects.create(
        order=order,
        actor=actor,
        role=title_of(actor),
        place=_workplace(order, actor),
        reason=reason,
    )


def _workplace(order, actor):
    works_there = order.location.users.filter(pk=actor.pk).exists()
    return order.location_name if works_there else ""


def _contact_of(order):
    contact = Contact.objects.filter(order=order).first()
    if contact is None:
        raise ContactErased
    return contact
