"""Machines that disagree about the time."""

from datetime import timedelta
from functools import partial

from django.db.models.functions import Now

from shop.launch import crew
from shop.order.models import Order
from shop.payment.models import Payment, SimulatedWebhook
from shop.testing.factories import make_location, make_product, offer
from shop.testing.torture.ending import wait_until_none
from shop.testing.torture.ground import HERE
from shop.testing.torture.shoppers import Shopper, crowd
from shop.testing.torture.tally import PAID, fates

PAYMENTS = "The payment worker"
MINUTES = 10
TOKENS = ("sim_ok", "sim_ok", "sim_timeout_then_ok", "sim_duplicate_webhook")


def clocks_ten_minutes_off(ground, scale):
    """All that the web server's processes read as the time is ahead; the workers', beat's and
    with them the simulated gateway's is behind. The database's clock is right. A small torture
    leaves all but two clocks alone: it takes long to start everything again.

    Webhooks are dated out of all bounds, and refused until the clocks are right again.
    Orders are paid meanwhile, and none expires before its time.
    """
    behind = (*crew.WORKERS, "beat") if scale == 1 else (PAYMENTS,)
    ground.start_again("web", **_off(minutes=MINUTES))
    ground.start_again(*behind, **_off(minutes=-MINUTES))
    location, product = make_location(), make_product()
    offer(product, location, in_stock=1000)
    tokens = TOKENS * max(12 // scale, 1)
    shoppers = [(Shopper(ground.address, location), token) for token in tokens]
    tally = crowd([partial(who.buy, product, token=token) for who, token in shoppers])
    wait_until_none(Payment.objects.filter(order__location=location, status="pending"))
    found, ahead = fates(tally.orders), _dated_ahead(tally.orders)
    refused = SimulatedWebhook.objects.filter(delivered_at=None).count()
    ground.start_again("web", *behind)
    yield tally
    tally.demand("orders", len(tally.orders), len(tokens))
    tally.demand("orders dated ahead", ahead, len(tokens))
    tally.demand("webhooks were refused meanwhile", refused > 0, True)
    tally.demand("paid while the clocks were off", found[PAID], len(tokens))
    tally.demand_paid()


def _dated_ahead(numbers):
    ahead = Now() + timedelta(minutes=MINUTES - 1)
    return Order.objects.filter(number__in=numbers, date_placed__gt=ahead).count()


def _off(minutes):
    return {"CLOCK_OFF_SECONDS": str(60 * minutes), "PYTHONPATH": str(HERE / "wrong_clock")}


SCENARIOS = [clocks_ten_minutes_off]
