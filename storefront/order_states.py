"""How an order stands, in the words of its shopper. What this reads comes with the order."""

from django.utils.translation import gettext_lazy as _

from shop.order.models import Ending, Fulfilment, Status
from shop.payment.models import TAKEN, PaymentStatus, RefundStatus
from shop.payment.telling import telling_payment

FAILED, WAITING, EXPIRED, LATE = "failed", "waiting", "expired", "late"
DELIVERED, UNCOLLECTED = "delivered", "uncollected"
# What a cancelled order is called, by how it came to that.
ENDINGS = {
    Ending.PAYMENT_FAILED: FAILED,
    Ending.EXPIRED: EXPIRED,
    Ending.NOT_COLLECTED: UNCOLLECTED,
}
STEPS = {
    Status.PENDING: _("Order placed"),
    Status.PAID: _("Paid"),
    Status.READY: _("Ready to collect"),
    Status.SHIPPED: _("On its way"),
    Status.COMPLETED: _("Collected"),
    DELIVERED: _("Delivered"),
    Status.CANCELLED: _("Cancelled"),
    Status.REFUNDED: _("Money sent back"),
    FAILED: _("Payment failed"),
    UNCOLLECTED: _("Not collected in time"),
    EXPIRED: _("Not paid in time"),
}


def state_of(order):
    """The order's status, or what its shopper would call it more exactly."""
    if order.status in (Status.CANCELLED, Status.REFUNDED) and late_refund_of(order):
        return LATE
    if order.status == Status.CANCELLED:
        return ENDINGS.get(ending_of(order), Status.CANCELLED)
    if order.status == Status.COMPLETED and order.fulfilment == Fulfilment.DELIVERY:
        return DELIVERED
    payment = telling_payment(order)
    if order.status == Status.PENDING and payment:
        return WAITING if payment.status == PaymentStatus.REQUIRES_ACTION else Status.PENDING
    return order.status


def timeline(order):
    """The order's steps, each in the words for how it came to that."""
    return [(_step(order, change), change.date_created) for change in order.status_changes.all()]


def _step(order, change):
    if change.new_status == Status.COMPLETED and order.fulfilment == Fulfilment.DELIVERY:
        return STEPS[DELIVERED]
    return STEPS[ENDINGS.get(change.ending, change.new_status)]


def ending_of(order):
    """Why the order was cancelled, be it that it came back since; "" if it never was."""
    changes = [c for c in order.status_changes.all() if c.new_status == Status.CANCELLED]
    return changes[-1].ending if changes else ""


def late_refund_of(order):
    """The refund of money that came when it was not wanted any more, or None."""
    was_paid = any(change.new_status == Status.PAID for change in order.status_changes.all())
    unwanted = [
        p for p in order.payments.all() if p.status in TAKEN and (p.surplus or not was_paid)
    ]
    return next((refund for payment in unwanted for refund in payment.refunds.all()), None)


def returned_refund_of(payment):
    """Money that had gone back and came to us again, and is still owed; or None."""
    refunds = payment.refunds.all() if payment else ()
    owed = [r for r in refunds if r.came_back_at and r.status != RefundStatus.SUCCEEDED]
    return next(iter(owed), None)
