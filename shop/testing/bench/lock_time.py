"""How long an order holds its stock: from the statement that books it to the commit."""

import json
import subprocess
import sys
import time
from statistics import quantiles
from threading import Thread, local
from unittest import mock

import django

ORDERS, CLIENTS = 100, 4


def p95_milliseconds(shop):
    """Measured in a process of its own, in which a few threads place orders at once."""
    command = [sys.executable, "-m", __name__, shop.location, *shop.spread[:ORDERS]]
    told = subprocess.run(command, env=shop.env, capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


def main(code, skus):
    # Models load once Django is set up.
    from django.db import connections  # noqa: PLC0415
    from django.db.backends.postgresql.base import DatabaseWrapper  # noqa: PLC0415

    from shop.catalogue.models import Product  # noqa: PLC0415
    from shop.inventory import stock  # noqa: PLC0415
    from shop.locations.models import Location  # noqa: PLC0415
    from shop.testing.factories import make_order  # noqa: PLC0415

    location = Location.objects.get(code=code)
    products = list(Product.objects.filter(upc__in=skus))
    clock = Clock(stock.book, DatabaseWrapper._commit)

    def shop_along(share):
        for product in share:
            make_order(location, (product, 1))
        connections.close_all()

    with (
        mock.patch.object(stock, "book", clock.book),
        mock.patch.object(DatabaseWrapper, "_commit", lambda wrapper: clock.commit(wrapper)),
    ):
        threads = [Thread(target=shop_along, args=[products[n::CLIENTS]]) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sys.stdout.write(f"{json.dumps(quantiles(clock.held, n=20)[-1])}\n")


class Clock:
    """Reads the time before stock is booked and after the commit that follows, in each thread."""

    def __init__(self, book, commit):
        self._book, self._commit = book, commit
        self._begun, self.held = local(), []

    def book(self, *args, **kwargs):
        self._begun.at = time.perf_counter()
        return self._book(*args, **kwargs)

    def commit(self, wrapper):
        self._commit(wrapper)
        if begun := self._begun.__dict__.pop("at", None):
            self.held.append(1000 * (time.perf_counter() - begun))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], sys.argv[2:])
