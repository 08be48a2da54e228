"""Who is told what, and when."""

from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.inventory.signals import stock_is_back
from shop.mail.colleagues import owners
from shop.mail.models import Kind, Letter
from shop.mail.writing import write
from shop.order.models import Ending, Status
from shop.payment.signals import refund_failed, refund_requested, refund_settled
from shop.pickup import undo
from shop.pickup.signals import (
    pickup_code_issued,
    pickup_final_notice_due,
    pickup_reminder_due,
)
from shop.reconciliation.signals import drift_found
from shop.staff.signals import invitation_due
from shop.subscriptions.signals import subscription_given_up

OF_STATUS = {
    Status.PAID: Kind.PAID,
    Status.READY: Kind.READY,
    Status.SHIPPED: Kind.SHIPPED,
    Status.COMPLETED: Kind.COMPLETED,
}
OF_ENDING = {
    Ending.PAYMENT_FAILED: Kind.PAYMENT_FAILED,
    Ending.EXPIRED: Kind.EXPIRED,
    Ending.BY_SHOPPER: Kind.CANCELLED,
    Ending.BY_STAFF: Kind.CANCELLED,
    Ending.NOT_COLLECTED: Kind.NOT_COLLECTED,
}


@receiver(order_status_changed)
def tell_of_step(order, old_status, new_status, change, **kwargs):
    kind = _kind_of_step(old_status, new_status, change)
    if kind:
        # What can still be undone is not told of yet.
        handed_over = (old_status, new_status) == (Status.READY, Status.COMPLETED)
        write(kind, change, order=order, wait=undo.window() if handed_over else None)


def _kind_of_step(old_status, new_status, change):
    """What a step is told by; money that went back, or came back, is told by its refund."""
    if old_status == Status.REFUNDED:
        return None
    if new_status == Status.CANCELLED:
        return OF_ENDING.get(change.ending, Kind.CANCELLED)
    if (old_status, new_status) == (Status.CANCELLED, Status.PAID):
        return Kind.REVIVED
    if (old_status, new_status) == (Status.COMPLETED, Status.READY):
        # They were told that it is ready, and nothing since.
        return None
    return OF_STATUS.get(new_status)


@receiver(pickup_code_issued)
def tell_of_new_code(code, **kwargs):
    """The first code comes with the letter that the order is ready."""
    if code.order.pickup_codes.exclude(pk=code.pk).exists():
        write(Kind.NEW_CODE, code, order=code.order)


@receiver(pickup_reminder_due)
def remind(order, **kwargs):
    write(Kind.REMINDER, order, order=order)


@receiver(pickup_final_notice_due)
def give_final_notice(order, **kwargs):
    write(Kind.FINAL_NOTICE, order, order=order)


@receiver(refund_requested)
def tell_of_late_money(refund, **kwargs):
    """Money that nobody asked to send back, for an order that had ended, has come too late."""
    order = refund.payment.order
    if order.status == Status.CANCELLED and refund.actor is None:
        write(Kind.TOO_LATE, refund, order=order)


@receiver(refund_settled)
def tell_of_refund(refund, **kwargs):
    order, returned = refund.payment.order, _times_returned(refund)
    if returned:
        write(Kind.REFUNDED, refund, order=order, occasion=f"again {returned}")
    elif refund.amount and not _is_told_of(refund, order):
        write(Kind.REFUNDED, refund, order=order)


def _times_returned(refund):
    """How often the shopper was told that this money had come back to us."""
    return Letter.objects.filter(kind=Kind.REFUND_RETURNED, subject=str(refund.pk)).count()


@receiver(refund_failed)
def tell_of_returned_refund(refund, **kwargs):
    """A shopper whose bank sent the money back has been told that it went."""
    if refund.came_back_at:
        occasion = f"failure {refund.attempts}"
        write(Kind.REFUND_RETURNED, refund, order=refund.payment.order, occasion=occasion)


def _is_told_of(refund, order):
    """Whether the letter that the order had ended spoke of this money."""
    ended_after = order.status_changes.filter(
        new_status=Status.CANCELLED, date_created__gte=refund.created_at
    )
    came_late = Letter.objects.filter(kind=Kind.TOO_LATE, subject=str(refund.pk))
    return ended_after.exists() or came_late.exists()


@receiver(refund_failed)
def tell_owners_of_failed_refund(refund, **kwargs):
    # It may be sent again, and fail again; whatever fails has been refused once more.
    occasion = f"failure {refund.attempts}"
    for owner in owners():
        write(Kind.REFUND_FAILED, refund, colleague=owner, occasion=occasion)


@receiver(stock_is_back)
def tell_who_asked(request, **kwargs):
    write(Kind.BACK_IN_STOCK, request)


@receiver(drift_found)
def tell_owners_of_drift(run, **kwargs):
    for owner in owners():
        write(Kind.DRIFT_FOUND, run, colleague=owner)


@receiver(subscription_given_up)
def tell_owners_of_failed_webhooks(subscription, **kwargs):
    occasion = f"off since {subscription.switched_off_at:%Y-%m-%d %H:%M:%S}"
    for owner in owners():
        write(Kind.WEBHOOK_OFF, subscription, colleague=owner, occasion=occasion)


@receiver(invitation_due)
def invite(invitation, **kwargs):
    write(Kind.INVITATION, invitation, occasion=f"letter {invitation.serial}")
