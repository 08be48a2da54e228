"""Undoing a hand-over: the wrong button was pressed, and the goods are still there.

It is open for `UNDO_SECONDS` by the database's clock. Until they are over the shopper is
told nothing, and somebody who presses the button twice has pressed it once.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from shop.order import lifecycle
from shop.order.models import Order, Status
from shop.order.statuses import InvalidTransition
from shop.pickup import waiting
from shop.pickup.models import PickupCode


class CannotUndo(Exception):
    """A hand-over that stands; `str()` says why, to whoever stands at the counter."""


def window():
    return timedelta(seconds=settings.UNDO_SECONDS)


def still_open():
    """The codes whose hand-over can be undone."""
    return PickupCode.objects.filter(voided_at=None, used_at__gt=Now() - window())


@transaction.atomic
def undo_hand_over(pickup_code, *, actor, reason=""):
    """Set an order's goods aside again, let it wait on and its code hold. Raises `CannotUndo`.

    Whoever handed it over may, and everybody at its location. Undone twice, it is undone once.
    """
    # The order first, as everywhere: its money may be going back at this moment.
    order = Order.objects.select_for_update(of=("self",)).get(pk=pickup_code.order_id)
    pickup_code = _locked(pickup_code)
    pickup_code.order = order
    _check_actor(pickup_code, actor)
    if pickup_code.used_at is None and _was_undone(order):
        return pickup_code
    _check(pickup_code)
    pickup_code.used_at = pickup_code.used_by = None
    pickup_code.save(update_fields=["used_at", "used_by"])
    waiting.resume(order)
    # Last, because it moves stock.
    _step_back(order, actor, reason)
    return pickup_code


def _locked(pickup_code):
    rows = PickupCode.objects.select_for_update(of=("self",)).select_related("location")
    return rows.get(pk=pickup_code.pk)


def _check_actor(pickup_code, actor):
    if not PickupCode.objects.visible_to(actor).filter(pk=pickup_code.pk).exists():
        values = {"location": pickup_code.location.name}
        raise CannotUndo(_("Only somebody at %(location)s can undo this.") % values)


def _was_undone(order):
    latest = order.status_changes.last()
    return (latest.old_status, latest.new_status) == (Status.COMPLETED, Status.READY)


def _check(pickup_code):
    if pickup_code.used_at is None:
        raise CannotUndo(_("This order is not handed over."))
    if not still_open().filter(pk=pickup_code.pk).exists():
        raise CannotUndo(_("It is too late to undo this. If the goods came back, refund them."))


def _step_back(order, actor, reason):
    try:
        lifecycle.undo_hand_over(order, actor=actor, reason=reason or _("Hand-over undone."))
    except InvalidTransition:
        raise CannotUndo(_("The money of this order went back meanwhile.")) from None
