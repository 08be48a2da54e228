"""What workers do, one function an effect: a primary key in, one call into the domain.

Each may run twice, at once even; the domain makes it count once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shop.mail import sending
from shop.mail.models import Letter
from shop.payment import refunds, settlement
from shop.payment.models import Payment, Refund
from shop.pickup import qr
from shop.pickup.models import PickupCode


@dataclass(frozen=True)
class Effect:
    run: Callable[[str], None]
    queue: str


def collect_payment(pk):
    settlement.collect(Payment.objects.select_related("order").get(pk=pk))


def send_refund(pk):
    refunds.send(Refund.objects.select_related("payment").get(pk=pk))


def draw_pickup_code(pk):
    qr.draw(PickupCode.objects.get(pk=pk))


def send_letter(pk):
    sending.send(Letter.objects.select_related("order", "colleague").get(pk=pk))


EFFECTS = {
    "collect_payment": Effect(collect_payment, queue="payments"),
    "send_refund": Effect(send_refund, queue="payments"),
    "draw_pickup_code": Effect(draw_pickup_code, queue="media"),
    "send_letter": Effect(send_letter, queue="mail"),
}
