"""What falls in the middle of the work, and is there again a moment later."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from django.db import connection

from shop.order.models import Order
from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.shoppers import Shopper, crowd, outcome_of
from shop.testing.torture.tally import Tally

PAYMENTS = "The payment worker"
AT_ONCE = 4
PATIENCE = 45
# Whoever was cut off is served again this soon after the fault's end.
SERVED_WITHIN = 15
CUTS = 10
# The web server's own connections that are in the middle of a transaction.
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE application_name = 'web' AND state = 'idle in transaction'
      AND datname = current_database() LIMIT 1) victim
"""


def worker_killed_in_mid_payment(ground, scale):
    """Its process first, then the whole worker, while payments are under way. No shopper
    notices."""

    def fault():
        ground.kill_child(PAYMENTS)
        time.sleep(2)
        ground.kill(PAYMENTS)
        ground.start(PAYMENTS)

    tally = _under(ground, fault, 40 // scale)
    yield tally
    tally.demand("requests sent again", tally.repeated, 0)
    _demand_one_each(tally)


def web_killed_while_ordering(ground, scale):
    """The whole web server, wherever its shoppers are; each of them tries again, and has one
    order in the end."""

    def fault():
        ground.kill("web")
        ground.start("web")
        ground.wait_until_it_answers()

    tally = _under(ground, fault, 40 // scale, PATIENCE)
    yield tally
    _demand_no_faults(tally)
    _demand_one_each(tally)


def web_killed_between_reserve_and_pay(ground, scale):
    """Each process of the web server dies right after the commit of its third order, before any
    worker has heard that it is to be paid."""
    with ground.deadly_orders():
        tally = _under(ground, lambda: time.sleep(1), 40 // scale, PATIENCE)
    tally.over_at = time.monotonic()
    yield tally
    tally.demand("somebody was cut off", tally.repeated > 0, True)
    _demand_no_faults(tally)
    _demand_one_each(tally)


def redis_stopped(ground, scale):
    """Ordering goes on without it, and nobody notices; payments wait for its return."""

    def fault():
        ground.stop_redis()
        time.sleep(10 / scale)
        ground.start_redis()

    tally = _under(ground, fault, 40 // scale)
    yield tally
    tally.demand("requests sent again", tally.repeated, 0)
    _demand_one_each(tally)


def postgres_restarted(ground, scale):
    """Nothing goes on while there is no database, and nothing is half there afterwards."""
    tally = _under(ground, ground.restart_postgres, 40 // scale, PATIENCE)
    yield tally
    _demand_one_each(tally)


def connections_cut(ground, scale):
    """The web server's connections to the database are ended in mid-transaction, many times."""
    cuts = 0

    def fault():
        nonlocal cuts
        gives_up_at = time.monotonic() + 20
        with connection.cursor() as cursor:
            while cuts < CUTS and time.monotonic() < gives_up_at:
                cursor.execute(CUT)
                cuts += cursor.fetchone()[0]
                time.sleep(0.01)

    tally = _under(ground, fault, 40 // scale, PATIENCE)
    yield tally
    tally.demand("connections cut", cuts, CUTS)
    _demand_one_each(tally)


def _demand_one_each(tally):
    """Whatever happened on the way: each shopper has one order, and it is paid once."""
    tally.demand("orders", len(tally.orders), tally.attempts)
    waited = max(tally.served_at - tally.over_at, 0)
    tally.demand(f"served {waited:.0f} s after the fault", waited < SERVED_WITHIN, True)
    placed = Order.objects.filter(location=tally.location).count()
    tally.demand("orders that somebody knows of", len(tally.orders), placed)
    tally.demand_paid()


def _demand_no_faults(tally):
    """A web server that is killed says nothing; one that answers has nothing to excuse it."""
    tally.demand("answers that something is broken", sorted(set(tally.faults)), [])


def _under(ground, fault, least, patience=0):
    """Let shoppers order, a few at a time, until the fault is over: so many of them at least.

    The fault happens in the main thread: what a thread started ends with that thread.
    """
    location, product = make_location(), make_product()
    offer(product, location, in_stock=10_000)
    tally, over = Tally(), Event()
    tally.location = location
    buy = partial(_buy, ground, location, product, patience)
    with ThreadPoolExecutor(AT_ONCE) as street:
        shopping = [street.submit(_shop, buy, over, least // AT_ONCE) for _n in range(AT_ONCE)]
        try:
            time.sleep(1)
            connection.close()
            fault()
        finally:
            tally.over_at = time.monotonic()
            over.set()
    connection.close()
    _add_up(tally, [visit for visits in shopping for visit in visits.result()])
    return tally


def _shop(buy, over, least):
    """Buy again and again, as a new shopper each time, until all is over."""
    visits = []
    while not over.is_set() or len(visits) < least:
        visits.append(buy())
    return visits


def _buy(ground, location, product, patience):
    shopper = Shopper(ground.address, location, patience)
    return shopper, outcome_of(lambda: shopper.buy(product))


def _add_up(tally, visits):
    for shopper, outcome in visits:
        tally.count(outcome)
        tally.repeated += shopper.repeated
        tally.faults += shopper.broken
        tally.served_at = max(tally.served_at, shopper.answered_at)


def payment_worker_away(ground, scale):
    """The shop sells on without it; once it is back, hundreds of payments are settled within the
    same minute as one."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=10_000)
    ground.kill(PAYMENTS)
    connection.close()
    shoppers = [Shopper(ground.address, location) for _n in range(600 // scale)]
    tally = crowd([partial(shopper.buy, product) for shopper in shoppers], AT_ONCE)
    ground.start(PAYMENTS)
    tally.over_at = time.monotonic()
    yield tally
    tally.demand("orders", len(tally.orders), 600 // scale)
    tally.demand_paid()


SCENARIOS = [
    worker_killed_in_mid_payment,
    web_killed_while_ordering,
    web_killed_between_reserve_and_pay,
    redis_stopped,
    postgres_restarted,
    connections_cut,
    payment_worker_away,
]
