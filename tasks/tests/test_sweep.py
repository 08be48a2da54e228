"""The sweep on the real broker: what it sends is read back from Redis."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db.models.functions import Now
from redis import Redis

from shop.order.models import Status
from shop.payment.models import Payment
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from tasks.periodic import look_into_payment, sweep_payments


@pytest.fixture
def payments_queue():
    broker = Redis.from_url(project.REDIS_URL)
    broker.delete("payments")
    yield broker
    broker.delete("payments", "_kombu.binding.payments")
    broker.close()


@pytest.mark.django_db
def test_each_stuck_payment_is_a_task_of_its_own_that_any_worker_takes(payments_queue):
    location, product = make_location(), make_product()
    offer(product, location)
    orders = [make_order(location, (product, 1)) for _shopper in range(3)]
    Payment.objects.update(look_at=Now() - timedelta(seconds=1))
    assert sweep_payments() == 3
    # They were handed on: a second sweep has nothing to do.
    assert sweep_payments() == 0
    sent = [json.loads(raw) for raw in payments_queue.lrange("payments", 0, -1)]
    assert {message["headers"]["task"] for message in sent} == {"tasks.look_into_payment"}
    arguments = [json.loads(b64decode(message["body"]))[0] for message in sent]
    assert sorted(arguments) == sorted([str(o.payments.get().pk), 1] for o in orders)
    for pk, looks in arguments:
        look_into_payment(pk, looks)
    for order in orders:
        order.refresh_from_db()
        assert order.status == Status.PAID
    assert_invariants()
