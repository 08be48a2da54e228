"""What falls in the middle of the work, and is there again a moment later."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection

from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.shoppers import Shopper, crowd

PAYMENTS = "The payment worker"


def worker_killed_in_mid_payment(ground, scale):
    """Its process first, then the whole worker, while payments are under way."""

    def fault():
        ground.kill_child(PAYMENTS)
        time.sleep(2)
        ground.kill(PAYMENTS)
        ground.start(PAYMENTS)

    tally = _under(ground, fault, 40 // scale)
    return tally, not tally.errors


def web_killed_while_ordering(ground, scale):
    """Some shoppers are cut off in the middle of an order; it was placed whole, or not at all."""

    def fault():
        ground.kill("web")
        ground.start("web")
        ground.wait_until_it_answers()

    tally = _under(ground, fault, 60 // scale)
    # Whoever was cut off is told nothing; everybody else is served.
    return tally, bool(tally.orders)


def redis_stopped(ground, scale):
    """Ordering goes on without it; payments wait for its return."""

    def fault():
        ground.stop_redis()
        time.sleep(10 / scale)
        ground.start_redis()

    tally = _under(ground, fault, 60 // scale)
    return tally, not tally.errors and len(tally.orders) == tally.attempts


def postgres_restarted(ground, scale):
    """Orders fail while there is no database, and none is half there afterwards."""
    tally = _under(ground, ground.restart_postgres, 60 // scale)
    return tally, bool(tally.orders)


def connections_cut(ground, scale):
    """Every connection to the database is ended, wherever it is, five times over."""

    def fault():
        for _time in range(5):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            time.sleep(0.3)
        connection.close()

    tally = _under(ground, fault, 60 // scale)
    return tally, bool(tally.orders)


def _under(ground, fault, number):
    """Let shoppers order, a few at a time, and the fault come when they are in full swing.

    The fault happens in the main thread: what a thread started ends with that thread.
    """
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    connection.close()
    shoppers = [Shopper(ground.address, location) for _each in range(number)]
    with ThreadPoolExecutor(1) as street:
        buying = [partial(shopper.buy, product) for shopper in shoppers]
        tally = street.submit(crowd, buying, at_once=4)
        time.sleep(1)
        fault()
    return tally.result()


SCENARIOS = [
    worker_killed_in_mid_payment,
    web_killed_while_ordering,
    redis_stopped,
    postgres_restarted,
    connections_cut,
]
