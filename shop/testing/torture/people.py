"""Two at one counter."""

from functools import partial

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from shop.order import lifecycle
from shop.order.models import Order
from shop.pickup import codes
from shop.staff.models import StaffSession
from shop.staff.sessions import KEY
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.torture.ending import wait_until_none
from shop.testing.torture.shoppers import Failed, Shopper, together

COUNTER = "/backoffice/pickup/"
BACKEND = "shop.customer.logins.LoginBackend"


def one_code_two_scanners(ground, scale):
    """Colleagues scan the same code in the same instant: the goods are handed over once."""
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=1000)
    colleagues = [_at_counter(ground, location) for _each in range(4)]
    order = _ready_order(ground, location, product)
    token = codes.token_of(order.pickup_codes.get(voided_at=None))
    scans = [partial(_scan, who, token, order.number) for who in colleagues]
    tally = together(scans)
    yield tally
    tally.demand("handed over", tally.attempts - tally.refusals, 1)
    tally.demand("movements", record.movements.filter(kind="handed_over").count(), 1)
    order.refresh_from_db()
    tally.demand("the order", order.status, "completed")


def _at_counter(ground, location):
    """The browser of somebody who works there and is signed in."""
    user = make_user("Counter", locations=[location])
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[KEY] = StaffSession.objects.create(user=user).pk
    session.save()
    browser = Shopper(ground.address)
    browser.web.cookies.set("sessionid", session.session_key)
    return browser


def _ready_order(ground, location, product):
    shopper = Shopper(ground.address, location)
    number = shopper.buy(product)
    wait_until_none(Order.objects.filter(number=number, status="pending"))
    order = Order.objects.get(number=number)
    lifecycle.mark_ready(order, actor=None)
    return order


def _scan(browser, token, number):
    """Scan and press the button: the order's number, or None if it was refused."""
    page = browser.post(COUNTER, code=token, hand_over="1").text
    if 'data-outcome="done"' in page:
        return number
    if 'data-outcome="refused"' in page:
        return None
    raise Failed("neither handed over nor refused")


SCENARIOS = [one_code_two_scanners]
