"""Payments of every kind, from the checkout's form to the webhook that tells how they ended."""

import random
from collections import Counter
from functools import partial

from django.db.models import Count

from shop.order.access import key_of
from shop.order.models import Order
from shop.payment.gateways.scenarios import SCENARIOS as TOKENS
from shop.payment.models import Payment, PaymentEvent
from shop.payment.refunds import request_refund
from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.ending import let_time_run_out, wait_until_none
from shop.testing.torture.shoppers import Shopper, crowd
from shop.testing.torture.tally import PAID

FAILED = "cancelled and failed"
ENDS = {
    "sim_ok": PAID,
    "sim_declined": FAILED,
    "sim_insufficient_funds": FAILED,
    "sim_timeout_then_ok": PAID,
    "sim_duplicate_webhook": PAID,
    "sim_webhook_first": PAID,
    # The order had ended long before: its money goes back by itself.
    "sim_late_success": "refunded and refunded",
    # All of them want their money back.
    "sim_refund_fails_once": "refunded and refunded",
}


def every_token(ground, scale):
    """Each way in which a payment can go, many times over and all mixed: web server, workers,
    and webhooks that the gateway posts to the shop's own address."""
    each = max(10 // scale, 2)
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    shoppers = [(Shopper(ground.address, location), token) for token in list(TOKENS) * each]
    random.shuffle(shoppers)
    tally = crowd([partial(who.buy, product, token=token) for who, token in shoppers], at_once=8)
    wait_until_none(Payment.objects.filter(status="pending").exclude(token="sim_late_success"))
    _answer_bank_or_not(ground, location, each // 2)
    _send_back(location)
    yield tally
    tally.demand("orders", len(tally.orders), len(shoppers))
    tally.demand_each(_ends(location), _wanted(each))
    tally.demand("payments that succeeded twice", _succeeded_twice(location), 0)


def _answer_bank_or_not(ground, location, answered):
    """Some shoppers answer; of the others, and of who waits for a silent gateway, time runs out."""
    waiting = Payment.objects.filter(order__location=location, status="requires_action")
    numbers = list(waiting.values_list("order__number", flat=True))
    for number in numbers[:answered]:
        Shopper(ground.address).answer_bank(number, key=key_of(Order.objects.get(number=number)))
    rest = Order.objects.filter(location=location).exclude(number__in=numbers[:answered])
    let_time_run_out(rest)


def _send_back(location):
    for payment in Payment.objects.filter(order__location=location, token="sim_refund_fails_once"):
        request_refund(payment, payment.amount)


def _ends(location):
    """How many payments of each token came to which end, with their orders."""
    payments = Payment.objects.filter(order__location=location)
    return Counter(
        f"{token}: {order} and {payment}"
        for token, order, payment in payments.values_list("token", "order__status", "status")
    )


def _wanted(each):
    wanted = Counter({f"{token}: {end}": each for token, end in ENDS.items()})
    answered = each // 2
    return wanted | Counter(
        {
            f"sim_requires_action: {PAID}": answered,
            "sim_requires_action: cancelled and cancelled": each - answered,
        }
    )


def _succeeded_twice(location):
    taken = PaymentEvent.objects.filter(payment__order__location=location, kind="succeeded")
    return taken.values("payment").annotate(times=Count("pk")).filter(times__gt=1).count()


SCENARIOS = [every_token]
