"""Signal -> outbox row -> task: the only place that turns one into the other."""

from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.catalogue.signals import products_changed
from shop.imports.signals import turn_due
from shop.inventory.signals import stock_came_free, stock_ran_low
from shop.mail.signals import letter_due
from shop.order.models import Status
from shop.payment.signals import (
    payment_called_off,
    payment_doubted,
    payment_started,
    refund_requested,
    refund_settled,
    simulated_webhook_due,
    webhook_stored,
)
from shop.pickup.signals import pickup_code_issued
from shop.reconciliation.signals import look_asked
from shop.subscriptions.signals import low_stock_due, step_due, webhook_due
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


@receiver(stock_ran_low)
def tell_of_low_stock(alerts, **kwargs):
    post("tell_of_low_stock", *(alert.pk for alert in alerts))


@receiver(stock_came_free)
def tell_who_waits_for_stock(movement_id, **kwargs):
    post("tell_back_in_stock", movement_id)


@receiver(letter_due)
def send_due_letter(letter, wait, **kwargs):
    post("send_letter", letter.pk, wait=wait)


@receiver(payment_called_off)
def cancel_called_off_payment(payment, **kwargs):
    post("cancel_payment", payment.pk)


@receiver(payment_doubted)
def look_up_doubted_payment(payment, **kwargs):
    post("look_up_payment", payment.pk)


@receiver(webhook_stored)
def handle_stored_webhook(event_pk, **kwargs):
    post("handle_webhook", event_pk)


@receiver(simulated_webhook_due)
def post_due_webhook(webhook, **kwargs):
    post("post_simulated_webhook", webhook.pk)


@receiver(order_status_changed)
def issue_invoice_of_paid_order(order, new_status, **kwargs):
    if new_status == Status.PAID:
        post("issue_invoice", order.pk)


@receiver(refund_settled)
def issue_credit_note_of_refund(refund, **kwargs):
    post("issue_credit_note", refund.pk)


@receiver(look_asked)
def look_whether_every_rule_holds(run, **kwargs):
    post("look_over_rules", run.pk)


@receiver(turn_due)
def take_due_turn(turn, **kwargs):
    post("take_turn_at_import", turn.pk)


@receiver(products_changed)
def tell_of_changed_products(change, **kwargs):
    post("tell_of_changed_products", change.pk)


@receiver(step_due)
def announce_due_step(change, **kwargs):
    post("announce_step", change.pk)


@receiver(low_stock_due)
def announce_due_low_stock(alert, **kwargs):
    post("announce_low_stock", alert.pk)


@receiver(webhook_due)
def send_due_webhook(webhook, **kwargs):
    post("send_webhook", webhook.pk)
