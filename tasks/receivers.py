"""Signal -> outbox row -> task: the only place that turns one into the other."""

from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.order.models import Status
from shop.payment.signals import payment_started, refund_requested, refund_settled
from shop.pickup.signals import pickup_code_issued
from tasks.outbox import post


@receiver(payment_started)
def collect_started_payment(payment, **kwargs):
    post("collect_payment", payment.pk)


@receiver(refund_requested)
def send_requested_refund(refund, **kwargs):
    post("send_refund", refund.pk)


@receiver(pickup_code_issued)
def draw_issued_code(code, **kwargs):
    post("draw_pickup_code", code.pk)


@receiver(order_status_changed)
def issue_invoice_of_paid_order(order, new_status, **kwargs):
    if new_status == Status.PAID:
        post("issue_invoice", order.pk)


@receiver(refund_settled)
def issue_credit_note_of_refund(refund, **kwargs):
    post("issue_credit_note", refund.pk)
