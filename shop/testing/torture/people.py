"""Two at one counter, and machines that disagree about the time."""

from functools import partial

from django.db import connection

from shop.launch import crew
from shop.order import lifecycle
from shop.payment import settlement
from shop.pickup import codes, counter
from shop.pickup.counter import PickupRefused
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.torture.shoppers import Shopper, crowd, together


def one_code_two_scanners(ground, scale):
    """Colleagues scan the same code in the same instant: the goods are handed over once."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    colleagues = [make_user("Counter", locations=[location]) for _each in range(4)]
    order = make_order(location, (product, 1))
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=None)
    token = codes.token_of(order.pickup_codes.get(voided_at=None))
    tally = together([partial(_scan, token, colleague) for colleague in colleagues])
    return tally, len(tally.orders) == 1 and not tally.errors


def _scan(token, actor):
    try:
        return counter.hand_over(token, actor=actor).order.number
    except PickupRefused:
        return None
    finally:
        connection.close()


def clocks_ten_minutes_off(ground, scale):
    """The workers' clocks are ahead; nothing expires before the database says so."""
    for name in crew.WORKERS:
        ground.kill(name)
        ground.start(name, app="shop.testing.torture.clocks")
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    shoppers = [Shopper(ground.address, location) for _each in range(40 // scale)]
    tally = crowd([partial(shopper.buy, product) for shopper in shoppers], at_once=4)
    return tally, not tally.errors and len(tally.orders) == tally.attempts


SCENARIOS = [one_code_two_scanners, clocks_ten_minutes_off]
