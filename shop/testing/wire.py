"""The wire between the simulated gateway and the shop, for tests without a running server."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.payment.gateways import signatures, wire
from shop.testing.worker import do_all_work

ENDPOINT = "/api/payment/webhook/simulated/"


@pytest.fixture
def connected(settings, monkeypatch):
    """What the simulated gateway posts reaches the shop's own endpoint, in this process."""
    settings.SIMULATED_WEBHOOK_URL = ENDPOINT
    monkeypatch.setattr(wire, "_post", lambda body: post(body).status_code)


def post(body, signature=None):
    """Post bytes as the simulated gateway would; signed by it unless a signature is given."""
    signature = signatures.sign(body) if signature is None else signature
    return Client().post(
        ENDPOINT,
        body,
        content_type="application/json",
        headers={"Magpie-Signature": signature},
    )


def let_time_pass():
    """Do all work, post every webhook that is waiting, and do the work that this leaves."""
    do_all_work()
    while wire.deliver_due(timezone.now() + timedelta(hours=1)):
        do_all_work()
