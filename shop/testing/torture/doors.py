"""The shop's web server as it is tortured: every token is for sale, and some processes die."""

import os
import signal
from importlib import import_module
from itertools import count

from shop.wsgi import application

__all__ = ["application"]

# These know models, which are there now.
form = import_module("storefront.forms").CheckoutForm
outbox = import_module("tasks.outbox")
tokens = import_module("shop.payment.gateways.scenarios").SCENARIOS

form.base_fields["card"].choices = [(token, token) for token in tokens]

if orders := int(os.environ.get("DIES_AT_ORDER", "0")):
    tell_worker, numbers = outbox._send, count(1)

    def die_or_tell_worker(message, queue):
        """The order is committed; that it is to be paid, no worker has heard yet."""
        if message.effect == "collect_payment" and next(numbers) == orders:
            os.kill(os.getpid(), signal.SIGKILL)
        tell_worker(message, queue)

    outbox._send = die_or_tell_worker
