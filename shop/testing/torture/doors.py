"""The shop's web server as it is tortured: every token is for sale, and some processes die."""

import os
import signal
from importlib import import_module
from itertools import count
from pathlib import Path

from shop.wsgi import application

__all__ = ["application"]

# These know models, which are there now.
form = import_module("storefront.forms").CheckoutForm
outbox = import_module("tasks.outbox")
tokens = import_module("shop.payment.gateways.scenarios").SCENARIOS

form.base_fields["card"].choices = [(token, token) for token in tokens]

# While there is such a file, each process dies at its third order.
deadly, orders, third = Path(os.environ["DEADLY"]), count(1), 3
tell_worker = outbox._send


def die_or_tell_worker(message, queue):
    """The order is committed; that it is to be paid, no worker has heard yet."""
    if message.effect == "collect_payment" and deadly.exists() and next(orders) == third:
        os.kill(os.getpid(), signal.SIGKILL)
    tell_worker(message, queue)


outbox._send = die_or_tell_worker
