"""Why is this 47? The ledger of a stock record, as its page tells it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from backoffice.tests.test_goods import page
from shop.inventory import deliveries, stock, stocktakes, transfers
from shop.inventory.models import Movement
from shop.testing.factories import make_location, make_product, offer

pytestmark = pytest.mark.django_db


def story(client, record, **asked):
    return client.get(page(record), asked).context["ledger"]


def told(story, *names):
    movements = [movement for day in story["days"] for movement in day["movements"]]
    return [tuple(movement[name] for name in names) for movement in movements]


def test_the_balance_runs_and_its_parts_add_up(owner, record, place, signed_in):
    place(3)
    stock.adjust(record, -2, reason="two broken", actor=owner)
    ledger = story(signed_in(owner), record)
    assert told(ledger, "kind", "in_stock", "in_stock_after", "reserved_after", "actor") == [
        ("adjusted", "\N{MINUS SIGN}2", "18", "3", "owner"),
        ("reserved", "", "20", "3", ""),
        ("received", "+20", "20", "0", ""),
    ]
    assert [(part["steps"], part["kind"]) for part in ledger["sum"]] == [
        ("+20", "received"),
        ("\N{MINUS SIGN}2", "adjusted"),
    ]


def test_each_cause_leads_to_its_page(owner, record, jar, here, elsewhere, place, signed_in):
    offer(jar, elsewhere)
    order = place(1)
    transfer = transfers.send(here, elsewhere, [(record.pk, 1)])
    delivery = deliveries.receive(here, [(record.pk, 1)], token=uuid4())
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {record.pk: 9})
    stocktakes.close(stocktake)
    causes = dict(told(story(signed_in(owner), record), "cause", "address"))
    assert causes == {row.number: page(row) for row in (order, transfer, delivery, stocktake)} | {
        "": ""
    }


def test_a_cause_that_one_may_not_open_is_told_by_its_number(keeper, record, place, signed_in):
    order = place(1)
    [(cause, address)] = told(story(signed_in(keeper), record), "cause", "address")[:1]
    assert (cause, address) == (order.number, "")


def test_days_are_those_of_the_location(owner, signed_in, monkeypatch):
    far = make_location(timezone="Pacific/Auckland")
    record = offer(make_product(), far, in_stock=0)
    monkeypatch.setattr(Movement._meta.get_field("created_at"), "auto_now_add", False)
    for moment in (datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)):
        Movement.objects.create(
            stockrecord=record,
            kind="adjusted",
            in_stock_change=0,
            reserved_change=0,
            in_stock_after=0,
            reserved_after=0,
            created_at=moment,
        )
    days = story(signed_in(owner), record)["days"]
    assert [(day["title"], day["movements"][0]["time"]) for day in days] == [
        ("Monday, 2 March 2026", "02:00"),
        ("Sunday, 1 March 2026", "22:00"),
    ]


def test_a_long_story_is_told_page_by_page_with_the_same_questions(
    owner, record, signed_in, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("backoffice.timeline.MOVEMENTS_A_PAGE", 4)
    client, asked = signed_in(owner), []
    for more in (2, 4):
        for number in range(more):
            stock.adjust(record, 1, reason=f"found {number}", actor=owner)
        with django_assert_max_num_queries(40) as counted:
            newest = story(client, record)
        asked.append(len(counted))
    assert asked[0] == asked[1]
    earlier = story(client, record, before=newest["earlier"])
    assert told(earlier, "in_stock_after") == [("22",), ("21",), ("20",)]
    assert (earlier["earlier"], earlier["is_newest"]) == (None, False)


def test_an_order_leads_to_the_stock_that_it_took(owner, record, place, signed_in):
    shown = signed_in(owner).get(page(place(1))).content.decode()
    assert f"{reverse('admin:partner_stockrecord_change', args=[record.pk])}#why" in shown


def test_another_locations_story_is_not_told(record, elsewhere, stranger, signed_in):
    assert signed_in(stranger).get(page(record)).status_code in (403, 404)
