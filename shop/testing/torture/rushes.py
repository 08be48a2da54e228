"""Many shoppers who want the same thing in the same instant."""

from functools import partial

from shop.testing.factories import make_code, make_location, make_product, offer
from shop.testing.torture.shoppers import Shopper, together


def fifty_units(ground, scale):
    """Four times as many shoppers as there are units: each unit is sold, and none twice."""
    units = 50 // scale
    location, product = make_location(), make_product()
    offer(product, location, in_stock=units)
    tally = together(_ready(ground, location, product, 4 * units))
    return tally, len(tally.orders) == units and not tally.errors


def last_use_of_a_code(ground, scale):
    """A promo code with one use left, agreed to by many: one of them gets it."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    code = make_code(f"LAST{location.pk}", max_uses=1).code
    tally = together(_ready(ground, location, product, 50 // scale, code=code))
    return tally, len(tally.orders) == 1 and not tally.errors


def double_submit(ground, scale):
    """One form sent many times over: one order."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    shopper = Shopper(ground.address, location)
    shopper.fill_basket(product)
    agreement = shopper.agree()
    tally = together([partial(shopper.order, agreement)] * (16 // scale))
    return tally, len(tally.orders) == 1 and not tally.errors


def _ready(ground, location, product, number, code=None):
    """So many shoppers with the form before them, each about to send it."""
    sends = []
    for _each in range(number):
        shopper = Shopper(ground.address, location)
        shopper.fill_basket(product)
        if code:
            shopper.use_code(code)
        sends.append(partial(shopper.order, shopper.agree()))
    return sends


SCENARIOS = [fifty_units, last_use_of_a_code, double_submit]
