"""Webhooks of the wrong kinds: forged, stale, of another sum, twice, and in the wrong order."""

import json
import random
import secrets
import time
from collections import Counter
from functools import partial
from unittest.mock import patch

import requests

from shop.order.access import key_of
from shop.order.models import Order
from shop.payment.gateways.signatures import TOLERANCE_SECONDS, sign
from shop.payment.models import Outcome, Payment, PaymentEvent, WebhookEvent
from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.ending import wait_until_none
from shop.testing.torture.shoppers import Shopper, crowd
from shop.testing.torture.tally import fates

ENDPOINT = "/api/payment/webhook/simulated/"
TIMEOUT = 30


def twisted_webhooks(ground, scale):
    """Payments wait for their shoppers, and webhooks say that they succeeded: not one is believed
    that is forged, stale or of another sum. Then the true ones come, with many a copy."""
    tally, payments = _waiting_payments(ground, max(20 // scale, 4))
    _post_all(ground, tally, [wrong for payment in payments for wrong in _wrong(payment)] * 2)
    wait_until_none(WebhookEvent.objects.filter(handled_at=None))
    unpaid = Counter({"pending and requires_action": len(payments)})
    tally.demand_each(fates(tally.orders), unpaid)
    for order in Order.objects.filter(number__in=tally.orders):
        Shopper(ground.address).answer_bank(order.number, key=key_of(order))
    _post_all(ground, tally, [true for payment in payments for true in _true(payment)] * 3)
    yield tally
    ours = PaymentEvent.objects.filter(payment__in=payments)
    tally.demand("orders", len(tally.orders), len(payments))
    tally.demand_paid()
    tally.demand("times paid", ours.filter(kind="succeeded").count(), len(payments))
    # One for each payment: there is nothing more to say about a sum that is wrong again.
    tally.demand("mismatches", ours.filter(kind="mismatch").count(), len(payments))
    mismatches = WebhookEvent.objects.filter(payment__in=payments, outcome=Outcome.MISMATCH)
    tally.demand("webhooks of another sum", mismatches.count(), 2 * len(payments))


def _waiting_payments(ground, number):
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    shoppers = [Shopper(ground.address, location) for _each in range(number)]
    tally = crowd([partial(who.buy, product, token="sim_requires_action") for who in shoppers])
    payments = Payment.objects.filter(order__location=location)
    wait_until_none(payments.filter(status="pending"))
    return tally, list(payments.select_related("order"))


def _wrong(payment):
    """Bodies and signatures that settle nothing, each with the status that answers it."""
    body = _body(payment, "succeeded")
    yield body, sign(b"something else"), 400
    yield body, "", 400
    yield body, _signed(body, -2 * TOLERANCE_SECONDS), 400
    yield body, _signed(body, 2 * TOLERANCE_SECONDS), 400
    # These were signed by the gateway: they are heard, and written down.
    unknown = {"key": f"payment-{secrets.token_hex(16)}", "reference": "sim_unheard_of"}
    for lie in ({"amount": "9999.99"}, {"currency": "JPY"}, unknown):
        told = _body(payment, "succeeded", **lie)
        yield told, sign(told), 200


def _true(payment):
    """What happened, told again under other names; and what had happened before, told late."""
    for status in ("succeeded", "requires_action"):
        body = _body(payment, status)
        yield body, sign(body), 200


def _body(payment, status, **lie):
    data = {
        "key": payment.idempotency_key,
        "reference": payment.reference,
        "status": status,
        "failure_code": "",
        "amount": str(payment.amount),
        "currency": payment.currency,
    }
    event = {
        "id": f"evt_{secrets.token_hex(8)}",
        "type": f"payment.{status}",
        "created": time.time(),
        "data": data | lie,
    }
    return json.dumps(event).encode()


def _signed(body, seconds):
    moment = time.time() + seconds
    with patch("shop.payment.gateways.signatures.time.time", return_value=moment):
        return sign(body)


def _post_all(ground, tally, posts):
    """Post them in any order, several at once."""
    random.shuffle(posts)
    tried = crowd([partial(_post, ground, *post) for post in posts])
    tally.errors += tried.errors


def _post(ground, body, signature, wanted):
    headers = {"Content-Type": "application/json", "Magpie-Signature": signature}
    answer = requests.post(ground.address + ENDPOINT, body, headers=headers, timeout=TIMEOUT)
    if answer.status_code != wanted:
        raise AssertionError(f"a webhook was answered {answer.status_code}, not {wanted}")


SCENARIOS = [twisted_webhooks]
