"""Hours in words, on the location's own clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shop.locations.models import ClosedDay, OpeningHours
from shop.testing.factories import make_location
from storefront.opening import opening_of

pytestmark = pytest.mark.django_db

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def shop():
    return make_location(preparation_minutes=45)


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=LISBON)


@pytest.mark.parametrize(
    ("now", "words", "ready"),
    [
        (at(2, 14, 35), "Open now until 20:00", "Order now, ready today from 15:20"),
        (at(2, 7), "Opens today from 08:00", "Order now, ready today from 08:45"),
        (at(2, 21), "Opens tomorrow from 08:00", "Order now, ready tomorrow from 08:45"),
    ],
)
def test_words(shop, now, words, ready):
    opening = opening_of(shop, now.astimezone(ZoneInfo("Asia/Tokyo")))

    assert (opening.words, opening.ready) == (words, ready)


def test_a_closed_day_is_skipped(shop):
    ClosedDay.objects.create(location=shop, date=at(3, 0).date(), reason="Carnival")

    assert opening_of(shop, at(2, 21)).words == "Opens Wednesday from 08:00"


def test_a_place_without_hours_promises_nothing(shop):
    OpeningHours.objects.all().delete()
    opening = opening_of(shop, at(2, 12))

    assert (opening.words, opening.ready, opening.is_open) == ("Closed for now", "", False)
