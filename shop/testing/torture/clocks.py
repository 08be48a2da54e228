"""Machines that disagree about the time."""

from functools import partial

from shop.launch import crew
from shop.payment.models import Payment
from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.ending import wait_until_none
from shop.testing.torture.ground import HERE
from shop.testing.torture.shoppers import Shopper, crowd
from shop.testing.torture.tally import PAID, fates

MINUTES = 10
TOKENS = ("sim_ok", "sim_ok", "sim_timeout_then_ok", "sim_duplicate_webhook")


def clocks_ten_minutes_off(ground, scale):
    """All that the web server's processes read as the time is ahead; the workers', beat's and
    with them the simulated gateway's is behind. The database's clock is right.

    Webhooks are dated out of all bounds, and refused until the clocks are right again.
    Orders are paid meanwhile, and none expires before its time.
    """
    ground.start_again("web", **_off(minutes=MINUTES))
    ground.start_again(*crew.WORKERS, "beat", **_off(minutes=-MINUTES))
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    tokens = TOKENS * max(12 // scale, 1)
    shoppers = [(Shopper(ground.address, location), token) for token in tokens]
    tally = crowd([partial(who.buy, product, token=token) for who, token in shoppers])
    wait_until_none(Payment.objects.filter(order__location=location, status="pending"))
    found = fates(tally.orders)
    ground.start_again("web", *crew.WORKERS, "beat")
    yield tally
    tally.demand("orders", len(tally.orders), len(tokens))
    tally.demand("paid while the clocks were off", found[PAID], len(tokens))
    tally.demand_paid()


def _off(minutes):
    return {"CLOCK_OFF_SECONDS": str(60 * minutes), "PYTHONPATH": str(HERE / "wrong_clock")}


SCENARIOS = [clocks_ten_minutes_off]
