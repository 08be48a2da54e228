"""Many want the same thing in the same instant."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from shop.order.models import Line
from shop.testing.factories import make_code, make_location, make_product, offer
from shop.testing.torture.shoppers import Shopper, together
from shop.voucher.models import VoucherApplication


def fifty_units(ground, scale):
    """Four times as many shoppers as there are units: each unit is sold, and none twice."""
    units = 50 // scale
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=units)
    tally = together(_ready(ground, location, product, 4 * units))
    yield tally
    tally.demand("orders", len(tally.orders), units)
    tally.demand("refusals", tally.refusals, 3 * units)
    tally.demand("lines sold", Line.objects.filter(stockrecord=record).count(), units)
    tally.demand_paid()


def last_use_of_a_code(ground, scale):
    """A promo code with one use left, agreed to by many: one of them gets it."""
    shoppers = 50 // scale
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    code = make_code(f"LAST{location.pk}", max_uses=1).code
    tally = together(_ready(ground, location, product, shoppers, code=code))
    yield tally
    tally.demand("orders", len(tally.orders), 1)
    tally.demand("refusals", tally.refusals, shoppers - 1)
    tally.demand("uses", VoucherApplication.objects.filter(voucher__code=code).count(), 1)
    tally.demand_paid()


def double_submit(ground, scale):
    """One form sent many times over: one order, which every answer leads to."""
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=1000)
    shopper = Shopper(ground.address, location)
    shopper.fill_basket(product)
    tally = together([partial(shopper.order, shopper.agree())] * max(16 // scale, 4))
    yield tally
    tally.demand("orders", len(tally.orders), 1)
    tally.demand("refusals", tally.refusals, 0)
    tally.demand("lines sold", Line.objects.filter(stockrecord=record).count(), 1)
    tally.demand_paid()


def _ready(ground, location, product, number, code=None):
    """So many shoppers with the form before them, each about to send it."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _n: _one_ready(ground, location, product, code), range(number)))


def _one_ready(ground, location, product, code):
    shopper = Shopper(ground.address, location)
    shopper.fill_basket(product)
    if code:
        shopper.use_code(code)
    return partial(shopper.order, shopper.agree())


SCENARIOS = [fifty_units, last_use_of_a_code, double_submit]
