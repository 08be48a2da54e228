"""How long an order holds its stock: from the statement that books it to the commit."""

import json
import subprocess
import sys
import time
from statistics import quantiles
from unittest import mock

import django

from shop.processes import Trouble

ORDERS, CLIENTS = 200, 2


def p95_milliseconds(shop):
    """Measured in processes that place orders at once.

    Not in threads: those would measure how long each waits for the others' Python.
    """
    command = [sys.executable, "-m", __name__, shop.location]
    clients = [
        subprocess.Popen(
            [*command, *shop.spread[number:ORDERS:CLIENTS]],
            env=shop.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(CLIENTS)
    ]
    told = [client.communicate()[0].splitlines() for client in clients]
    if any(client.returncode for client in clients):
        raise Trouble("Orders could not be placed to see how long they hold their stock.")
    return quantiles([held for lines in told for held in json.loads(lines[-1])], n=20)[-1]


def main(code, skus):
    # Models load once Django is set up.
    from django.db.backends.postgresql.base import DatabaseWrapper  # noqa: PLC0415

    from shop.catalogue.models import Product  # noqa: PLC0415
    from shop.inventory import stock  # noqa: PLC0415
    from shop.locations.models import Location  # noqa: PLC0415
    from shop.testing.factories import make_order  # noqa: PLC0415

    location = Location.objects.get(code=code)
    products = list(Product.objects.filter(upc__in=skus))
    clock = Clock(stock.book, DatabaseWrapper._commit)

    with (
        mock.patch.object(stock, "book", clock.book),
        mock.patch.object(DatabaseWrapper, "_commit", lambda wrapper: clock.commit(wrapper)),
    ):
        for product in products:
            make_order(location, (product, 1))
    sys.stdout.write(f"{json.dumps(clock.held)}\n")


class Clock:
    """Reads the time before stock is booked and after the commit that follows."""

    def __init__(self, book, commit):
        self._book, self._commit = book, commit
        self._begun, self.held = None, []

    def book(self, *args, **kwargs):
        self._begun = time.perf_counter()
        return self._book(*args, **kwargs)

    def commit(self, wrapper):
        self._commit(wrapper)
        if self._begun:
            self.held.append(1000 * (time.perf_counter() - self._begun))
            self._begun = None


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], sys.argv[2:])
