"""Signal -> outbox row -> task: the only place that turns one into the other."""

from django.dispatch import receiver

from shop.mail.signals import letter_due
from shop.payment.signals import payment_started, refund_requested
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


@receiver(letter_due)
def send_due_letter(letter, **kwargs):
    post("send_letter", letter.pk)
