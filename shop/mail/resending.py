"""Sending a letter again, for a shopper who says that it never came."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.mail.facts import is_still_true
from shop.mail.models import Letter
from shop.mail.signals import letter_due
from shop.order.models import Order

A_DAY = timedelta(days=1)
MOST_A_DAY = 3


class CannotResend(Exception):
    """`str()` says why, to who asked."""


def resendable(order):
    """The kinds of letters that an order's shopper has got and that are still true."""
    kinds = order.letters.filter(occasion="").order_by("created_at").values_list("kind", flat=True)
    return [kind for kind in dict.fromkeys(kinds) if is_still_true(kind, order)]


@transaction.atomic
def resend(order, kind, *, actor):
    """Owe an order's latest letter of a kind once more. Raises `CannotResend`."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    first = order.letters.filter(kind=kind, occasion="").order_by("created_at").last()
    _check(order, kind, first)
    again = order.letters.filter(kind=kind, subject=first.subject).exclude(pk=first.pk)
    letter = Letter.objects.create(
        kind=kind,
        subject=first.subject,
        occasion=f"again {again.count() + 1}",
        order=order,
        actor=actor,
    )
    letter_due.send(sender=Letter, letter=letter, wait=None)
    return letter


def _check(order, kind, first):
    if first is None:
        raise CannotResend(_("No such letter was sent for this order."))
    if not is_still_true(kind, order):
        raise CannotResend(_("What that letter says is not so any more."))
    letters = order.letters.filter(kind=kind)
    if letters.filter(sent_at=None, failure="").exists():
        raise CannotResend(_("That letter is on its way already."))
    recent = letters.filter(created_at__gt=timezone.now() - A_DAY).exclude(occasion="")
    if recent.count() >= MOST_A_DAY:
        raise CannotResend(_("That letter was sent again often enough today."))
