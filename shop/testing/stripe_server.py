"""Stripe's stand-in as a process of its own, for the tests that want to talk to it."""

import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest
import requests

STARTS_WITHIN = 60
KEY = "sk_test_magpie"
SECRET = "whsec_magpie"


class StripeServer:
    def __init__(self, url):
        self.url = url

    def card(self, number):
        """A payment method as a browser would have made it of a test card; returns its id."""
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        form = {"type": "card"} | {f"card[{name}]": value for name, value in card.items()}
        return self._post("/v1/payment_methods", form).json()["id"]

    def confirm(self, reference, client_secret, *, success):
        """What the shopper does in the browser when their bank asks."""
        form = {"client_secret": client_secret, "success": str(success).lower()}
        self._post(f"/v1/payment_intents/{reference}/_authenticate", form)

    def post_webhooks_to(self, url):
        form = {"url": url, "secret": SECRET}
        self._post("/_config/webhooks/shop", form).raise_for_status()

    def _post(self, path, form):
        return requests.post(self.url + path, data=form, auth=(KEY, ""), timeout=10)


@pytest.fixture(scope="session")
def stripe_process():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--from-scratch", f"--port={port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(process, port)
        yield StripeServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def stripe_server(stripe_process, settings):
    """The stand-in, and the shop set up to be paid through it."""
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_API_BASE = stripe_process.url
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {
        "stripe": "shop.payment.gateways.stripe.StripeGateway"
    }
    return stripe_process


def _wait_until_open(process, port):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("Stripe's stand-in did not start.")
