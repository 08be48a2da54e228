"""What is paid late is promised anew, and its history says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.locations.hours import ready_at
from shop.locations.models import OpeningHours
from shop.order import lifecycle
from shop.order.models import Order
from shop.testing.factories import make_location, make_order, make_product, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    location, tea = make_location(), make_product()
    offer(tea, location)
    return make_order(location, (tea, 1))


def paid_after(order, **waited):
    """The order, as if it had been placed and promised a while ago and paid just now."""
    placed = timezone.now() - timedelta(**waited)
    promised = ready_at(order.location, placed)
    Order.objects.update(date_placed=placed, promised_at=promised)
    order.refresh_from_db()
    lifecycle.mark_paid(order)
    order.refresh_from_db()
    return promised, order.promised_at, order.status_changes.last().reason


def test_paid_in_a_moment_it_keeps_its_promise(order):
    promised, now_promised, reason = paid_after(order, minutes=4)
    assert (now_promised, reason) == (promised, "")


def test_paid_days_later_it_is_promised_anew(order):
    promised, now_promised, reason = paid_after(order, days=2)
    assert now_promised > promised
    assert abs(now_promised - ready_at(order.location)) < timedelta(minutes=1)
    local = [moment.astimezone(order.location.zone) for moment in (now_promised, promised)]
    written = [f"{moment:%-d %B, %H:%M}" for moment in local]
    assert reason == f"Paid late: promised for {written[0]} instead of {written[1]}."


def test_where_nothing_opens_any_more_the_promise_stands(order):
    OpeningHours.objects.all().delete()
    promised = timezone.now() - timedelta(hours=1)
    Order.objects.update(date_placed=timezone.now() - timedelta(hours=2), promised_at=promised)
    order.refresh_from_db()
    lifecycle.mark_paid(order)
    order.refresh_from_db()
    assert order.promised_at == promised
