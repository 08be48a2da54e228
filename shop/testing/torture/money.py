"""Payments of every kind, and webhooks of the wrong ones."""

import json
import random
import secrets
import time
from functools import partial
from unittest.mock import patch

import requests
from django.db import connection

from shop.checkout.place_order import PaymentChoice
from shop.payment.gateways.scenarios import SCENARIOS as TOKENS
from shop.payment.gateways.signatures import TOLERANCE_SECONDS, sign
from shop.payment.models import PaymentEvent, SimulatedWebhook
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.torture.ending import seconds_until_settled
from shop.testing.torture.shoppers import Shopper, crowd


def every_token(ground, scale):
    """Each way in which a payment can go, many times over and all at once."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    tokens = list(TOKENS) * (20 // scale)
    random.shuffle(tokens)
    tally = crowd([partial(_order_with, token, location, product) for token in tokens], at_once=8)
    return tally, len(tally.orders) == len(tokens)


def _order_with(token, location, product):
    """The checkout's form offers a few of the tokens; here is where the others come from."""
    try:
        choice = PaymentChoice(method="simulated", token=token)
        return make_order(location, (product, 1), payment=choice).number
    finally:
        connection.close()


def twisted_webhooks(ground, scale):
    """Webhooks that come twice, in any order, forged, too late, and of other sums."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    known = set(SimulatedWebhook.objects.values_list("pk", flat=True))
    shoppers = [Shopper(ground.address, location) for _each in range(20 // scale)]
    tally = crowd([partial(shopper.buy, product) for shopper in shoppers], at_once=4)
    seconds_until_settled(60)
    events = PaymentEvent.objects.count()
    bodies = SimulatedWebhook.objects.exclude(pk__in=known).values_list("body", flat=True)
    answered = _post_all(ground, [_twisted(json.loads(body)) for body in bodies] * 3)
    for wanted, status in answered:
        if status != wanted:
            tally.errors.append(f"a webhook was answered {status} instead of {wanted}")
    return tally, not tally.errors and bool(answered) and PaymentEvent.objects.count() == events


def _twisted(event):
    """What may come of one event, as triples of body, signature and the answer that fits."""
    body = json.dumps(event).encode()
    data = event["data"]
    more = event | {"id": f"evt_{secrets.token_hex(8)}", "data": data | {"amount": "9999.99"}}
    other = event | {"id": f"evt_{secrets.token_hex(8)}", "data": data | {"currency": "JPY"}}
    late = time.time() - 2 * TOLERANCE_SECONDS
    with patch("shop.payment.gateways.signatures.time.time", return_value=late):
        stale = sign(body)
    return [
        (body, sign(body), 200),
        (body, sign(b"something else"), 400),
        (body, "", 400),
        (body, stale, 400),
        *((twist, sign(twist), 200) for twist in map(_bytes, (more, other))),
    ]


def _bytes(event):
    return json.dumps(event).encode()


def _post_all(ground, twisted):
    posts = [post for posts in twisted for post in posts]
    random.shuffle(posts)
    address = f"{ground.address}/api/payment/webhook/simulated/"
    return [
        (wanted, _post(address, body, signature).status_code) for body, signature, wanted in posts
    ]


def _post(address, body, signature):
    headers = {"Content-Type": "application/json", "Magpie-Signature": signature}
    return requests.post(address, body, headers=headers, timeout=30)


SCENARIOS = [every_token, twisted_webhooks]
