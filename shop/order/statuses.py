"""The one table of steps that an order may take, and the one function that takes them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.signals import order_status_changed

from shop.order.models import Fulfilment, Order, OrderStatusChange, Status

TRANSITIONS = {
    Status.PENDING: {Status.PAID, Status.CANCELLED},
    Status.PAID: {Status.READY, Status.SHIPPED, Status.CANCELLED, Status.REFUNDED},
    Status.READY: {Status.COMPLETED, Status.CANCELLED, Status.REFUNDED},
    Status.SHIPPED: {Status.COMPLETED, Status.REFUNDED},
    Status.COMPLETED: {Status.REFUNDED},
    # Back to paid goes only what ended unpaid, by `lifecycle.revive`.
    Status.CANCELLED: {Status.PAID, Status.REFUNDED},
    Status.REFUNDED: set(),
}
# Steps that are taken back, each by one function of `lifecycle` alone.
WAYS_BACK = {
    # By `undo_hand_over`: the goods are still here.
    Status.COMPLETED: {Status.READY},
    # By `undo_refunded`: the money came back to us.
    Status.REFUNDED: {Status.SHIPPED, Status.COMPLETED, Status.CANCELLED},
}
# The steps that are taken only by what is collected, or only by what is sent.
ONLY_FOR = {Status.READY: Fulfilment.PICKUP, Status.SHIPPED: Fulfilment.DELIVERY}


class InvalidTransition(Exception):
    """An order is not where the step starts; `order.status` says where it is."""

    def __init__(self, order, to):
        self.order, self.to = order, to
        super().__init__(
            _("Order %(number)s is %(status)s and cannot become %(to)s.")
            % {
                "number": order.number,
                "status": order.get_status_display(),
                "to": Status(to).label,
            }
        )


def may_become(order, to):
    fulfilment = ONLY_FOR.get(to, order.fulfilment)
    return to in TRANSITIONS[order.status] and order.fulfilment == fulfilment


@transaction.atomic
def advance(order, to, *, actor=None, reason="", ending=""):
    """Move an order one step, record it and announce it. Raises `InvalidTransition`.

    The row count of the conditional update decides between two people who
    take a step at once. `order_status_changed` is sent inside the transaction,
    with the `change` that was recorded.
    """
    if not may_become(order, to):
        _refuse(order, to)
    _step(order, to, actor=actor, reason=reason, ending=ending)


@transaction.atomic
def go_back(order, to, *, actor=None, reason="", ending=""):
    """Take back a step that came to nothing. Raises and announces as `advance` does."""
    if to not in WAYS_BACK.get(order.status, ()):
        _refuse(order, to)
    _step(order, to, actor=actor, reason=reason, ending=ending)


def _refuse(order, to):
    order.refresh_from_db(fields=["status"])
    raise InvalidTransition(order, to)


def _step(order, to, **told):
    before = order.status
    if not Order.objects.filter(pk=order.pk, status=before).update(status=to):
        _refuse(order, to)
    order.status = to
    change = record(order, before, **told)
    order_status_changed.send(
        sender=Order, order=order, old_status=before, new_status=to, change=change
    )


def record(order, before, *, actor=None, reason="", ending=""):
    """Write the step that an order has just taken into its history."""
    return OrderStatusChange.objects.create(
        order=order,
        old_status=before,
        new_status=order.status,
        actor=actor,
        reason=reason,
        ending=ending,
    )
