"""The steps of the random walk that are more than one call, and which refusals are answers."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from shop.basket.contents import BasketRefused
from shop.basket.discounts import add_code
from shop.checkout.place_order import CannotOrder, PaymentChoice, place_order
from shop.inventory import stocktakes, transfers
from shop.inventory.stock import NotAQuantity, OutOfStock
from shop.inventory.stocktakes import StocktakeRefused
from shop.inventory.transfers import Arrival, TransferRefused
from shop.order.models import Order
from shop.order.returns import CannotGiveBack
from shop.order.statuses import InvalidTransition
from shop.payment import refunds
from shop.payment.gateways import NoAnswer
from shop.pickup import codes, counter
from shop.pickup.counter import PickupRefused
from shop.pickup.undo import CannotUndo, undo_hand_over
from shop.testing.factories import CONTACT, make_basket, make_delivery
from shop.testing.worker import send_due_refunds
from shop.voucher.promo_codes import PromoCodeRefused
from tasks.outbox import perform

REFUSALS = (
    BasketRefused,
    CannotGiveBack,
    CannotOrder,
    CannotUndo,
    InvalidTransition,
    NoAnswer,
    NotAQuantity,
    OutOfStock,
    PickupRefused,
    PromoCodeRefused,
    StocktakeRefused,
    TransferRefused,
    refunds.TooMuch,
)


def work(message):
    perform(message.effect, message.subject)


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


def collected(location, product, quantity, token, code=""):
    basket = make_basket(location, (product, quantity))
    if code:
        add_code(basket, code)
    return place_order(basket, CONTACT, PaymentChoice(method="simulated", token=token))


def delivered(location, product, quantity):
    return make_delivery(location, (product, quantity))


def let_time_run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=Now())


def refund_share(payment, share):
    refunds.request_refund(payment, round(refunds.left_to_refund(payment) / share, 2))


def send_refunds_again(put_off):
    put_off.filter(next_attempt_at__isnull=False).update(next_attempt_at=Now())
    send_due_refunds()


def refund_line(order, quantity, restock):
    refunds.refund_lines(order, [(order.lines.first(), quantity)], restock=restock)


def hand_over(order, actor):
    code = order.pickup_codes.filter(voided_at=None).first()
    counter.hand_over(codes.token_of(code), actor=actor)


def undo(order, actor):
    code = order.pickup_codes.filter(voided_at=None).first()
    if code:
        undo_hand_over(code, actor=actor)


def count(stocktake, counted, which):
    counts = list(stocktake.counts.order_by("pk"))
    stocktakes.enter(stocktake, {counts[which % len(counts)].stockrecord_id: counted})


def receive(transfer, lost):
    arrivals = {
        line.pk: Arrival(max(line.sent - lost, 0), "broken" if lost else "")
        for line in transfer.lines.all()
    }
    transfers.receive(transfer, arrivals)
