"""What workers do, one function an effect: a primary key in, one call into the domain.

Each may run twice, at once even; the domain makes it count once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shop.catalogue import changes
from shop.imports import turns
from shop.inventory import back_in_stock
from shop.inventory.models import LowStockAlert, Movement
from shop.invoices import issuing
from shop.mail import colleagues, sending
from shop.mail.models import Letter
from shop.order.models import Order, OrderStatusChange
from shop.payment import calling_off, refund_settlement, settlement, webhooks
from shop.payment.gateways import wire
from shop.payment.models import Payment, Refund, SimulatedWebhook, WebhookEvent
from shop.pickup import qr
from shop.pickup.models import PickupCode
from shop.reconciliation import looking
from shop.reconciliation.models import ReconcileRun
from shop.subscriptions import announcing
from shop.subscriptions import sending as webhooks_out
from shop.subscriptions.models import Webhook


@dataclass(frozen=True)
class Effect:
    run: Callable[[str], None]
    queue: str


def collect_payment(pk):
    settlement.collect(Payment.objects.select_related("order").get(pk=pk))


def send_refund(pk):
    refund_settlement.send(Refund.objects.select_related("payment").get(pk=pk))


def draw_pickup_code(pk):
    qr.draw(PickupCode.objects.get(pk=pk))


def tell_of_low_stock(alert_pk):
    colleagues.tell_of_low_stock(
        LowStockAlert.objects.select_related("stockrecord__partner").get(pk=alert_pk)
    )


def tell_back_in_stock(movement_pk):
    back_in_stock.tell(
        Movement.objects.select_related("stockrecord").get(pk=movement_pk).stockrecord
    )


def send_letter(pk):
    sending.send(Letter.objects.select_related("order", "colleague").get(pk=pk))


def cancel_payment(pk):
    calling_off.cancel(Payment.objects.select_related("order").get(pk=pk))


def look_up_payment(pk):
    settlement.look_up(Payment.objects.select_related("order").get(pk=pk))


def handle_webhook(pk):
    webhooks.handle(WebhookEvent.objects.get(pk=pk))


def post_simulated_webhook(pk):
    wire.deliver(SimulatedWebhook.objects.get(pk=pk))


def issue_invoice(pk):
    issuing.issue_invoice(Order.objects.get(pk=pk))


def issue_credit_note(pk):
    issuing.issue_credit_note(Refund.objects.select_related("payment").get(pk=pk))


def look_over_rules(pk):
    looking.look_over(ReconcileRun.objects.get(pk=pk))


def take_turn_at_import(pk):
    turns.take(pk)


def tell_of_changed_products(pk):
    changes.tell(pk)


def announce_step(pk):
    announcing.announce_step(OrderStatusChange.objects.select_related("order").get(pk=pk))


def announce_low_stock(alert_pk):
    announcing.announce_low_stock(
        LowStockAlert.objects.select_related(
            "stockrecord__product", "stockrecord__partner__location"
        ).get(pk=alert_pk)
    )


def send_webhook(pk):
    webhooks_out.take_turn(Webhook.objects.get(pk=pk).subscription_id)


EFFECTS = {
    "collect_payment": Effect(collect_payment, queue="payments"),
    "send_refund": Effect(send_refund, queue="payments"),
    "draw_pickup_code": Effect(draw_pickup_code, queue="media"),
    "tell_of_low_stock": Effect(tell_of_low_stock, queue="default"),
    "tell_back_in_stock": Effect(tell_back_in_stock, queue="default"),
    "send_letter": Effect(send_letter, queue="mail"),
    "cancel_payment": Effect(cancel_payment, queue="payments"),
    "look_up_payment": Effect(look_up_payment, queue="payments"),
    "handle_webhook": Effect(handle_webhook, queue="payments"),
    "post_simulated_webhook": Effect(post_simulated_webhook, queue="default"),
    "issue_invoice": Effect(issue_invoice, queue="default"),
    "issue_credit_note": Effect(issue_credit_note, queue="default"),
    "look_over_rules": Effect(look_over_rules, queue="default"),
    "take_turn_at_import": Effect(take_turn_at_import, queue="default"),
    "announce_step": Effect(announce_step, queue="default"),
    "announce_low_stock": Effect(announce_low_stock, queue="default"),
    "send_webhook": Effect(send_webhook, queue="webhooks"),
    "tell_of_changed_products": Effect(tell_of_changed_products, queue="media"),
}
