from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from shop.inventory import back_in_stock, stock
from shop.inventory.back_in_stock import AskedTooOften, CannotAsk, NoSuchRequest
from shop.inventory.models import StockRequest
from shop.inventory.signals import stock_is_back
from shop.inventory.tests.test_low_stock import listening
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage
from tasks.periodic import tell_back_in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    return offer(make_product(), make_location(), in_stock=0)


def place_of(record):
    return record.partner.location


def wait_for(record, *names):
    return [
        back_in_stock.ask(record.product, place_of(record), email=f"{name}@quist.example")
        for name in names
    ]


def told():
    requests = StockRequest.objects.exclude(told_at=None).order_by("told_at", "pk")
    return [request.address.split("@")[0] for request in requests]


def test_who_asked_is_told_in_order_and_no_more_than_there_is(shelf):
    wait_for(shelf, "ada", "ben", "cleo")
    with listening(stock_is_back, "request") as heard:
        stock.receive([(shelf.pk, 2)])
        do_all_work()
    assert told() == ["ada", "ben"]
    assert [request.address for request in heard] == ["ada@quist.example", "ben@quist.example"]


def test_who_was_told_may_still_come_for_it(shelf, settings):
    wait_for(shelf, "ada", "ben")
    stock.receive([(shelf.pk, 1)])
    do_all_work()
    assert back_in_stock.tell(shelf) == 0
    late = timezone.now() - timedelta(hours=settings.BACK_IN_STOCK_HOURS, minutes=1)
    StockRequest.objects.filter(told_at__isnull=False).update(told_at=late)
    assert tell_back_in_stock() == 1
    assert told() == ["ada", "ben"]


def test_more_stock_tells_the_next_ones(shelf):
    wait_for(shelf, "ada", "ben", "cleo")
    stock.receive([(shelf.pk, 1)])
    do_all_work()
    stock.receive([(shelf.pk, 1)])
    tell_back_in_stock()
    assert told() == ["ada", "ben"]


@pytest.mark.parametrize("way", ["release", "take_back", "adjust"])
def test_whatever_frees_stock_tells(way):
    record = offer(make_product(), make_location(), in_stock=1)
    stock.reserve([(record.pk, 1)], cause="held")
    wait_for(record, "ada")
    if way == "release":
        stock.release([(record.pk, 1)], cause="held")
    elif way == "take_back":
        stock.take_back([(record.pk, 1)], cause="held")
    else:
        stock.adjust(record, 1, reason="found one")
    do_all_work()
    assert told() == ["ada"]


def test_only_the_place_that_was_asked_about_counts(shelf):
    elsewhere = offer(shelf.product, make_location(), in_stock=0)
    wait_for(shelf, "ada")
    stock.receive([(elsewhere.pk, 5)])
    do_all_work()
    assert tell_back_in_stock() == 0
    assert told() == []


def test_a_delivery_that_nobody_waits_for_leaves_no_work(shelf):
    wait_for(offer(make_product(), make_location(), in_stock=0), "ada")
    stock.receive([(shelf.pk, 5)])
    assert not OutboxMessage.objects.exists()


def test_what_is_withdrawn_from_sale_is_not_announced(shelf):
    wait_for(shelf, "ada")
    shelf.product.is_public = False
    shelf.product.save()
    stock.receive([(shelf.pk, 5)])
    do_all_work()
    assert tell_back_in_stock() == 0


def test_asking_twice_asks_once_and_after_being_told_again(shelf):
    ada = make_user(email="ada@quist.example")
    [first] = wait_for(shelf, "ADA")
    assert back_in_stock.ask(shelf.product, place_of(shelf), user=ada) == first
    stock.receive([(shelf.pk, 1)])
    do_all_work()
    make_order(place_of(shelf), (shelf.product, 1))
    again = back_in_stock.ask(shelf.product, place_of(shelf), user=ada)
    assert again != first
    assert again.address == ada.email


def test_an_account_is_told_at_its_address_of_that_day(shelf):
    ada = make_user(email="ada@quist.example")
    request = back_in_stock.ask(shelf.product, place_of(shelf), user=ada)
    ada.email = "ada@new.example"
    ada.save()
    request.refresh_from_db()
    assert (request.email, request.address) == ("", "ada@new.example")


def test_a_copy_of_the_database_does_not_tell_who_waits(shelf):
    wait_for(shelf, "zebulon")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inventory_stockrequest")
        assert "zebulon" not in str(cursor.fetchall())
    assert "zebulon" not in str(StockRequest.objects.get())


def test_there_must_be_something_to_wait_for(shelf):
    here = place_of(shelf)
    plenty = offer(make_product(), here, in_stock=3)
    hidden = offer(make_product(is_public=False), here, in_stock=0)
    for product, said in [
        (plenty.product, "in stock"),
        (hidden.product, "not offered"),
        (make_product(), "not offered"),
    ]:
        with pytest.raises(CannotAsk, match=said):
            back_in_stock.ask(product, here, email="ada@quist.example")
    with pytest.raises(CannotAsk, match="write to"):
        back_in_stock.ask(shelf.product, here)
    assert not StockRequest.objects.exists()


def test_nobody_waits_for_everything(shelf):
    here = place_of(shelf)
    for _ in range(back_in_stock.MOST_WAITING):
        wait_for(offer(make_product(), here, in_stock=0), "ada")
    with pytest.raises(CannotAsk, match="so many"):
        wait_for(shelf, "ada")
    assert StockRequest.objects.count() == back_in_stock.MOST_WAITING
    wait_for(shelf, "ben")


def test_one_visitor_does_not_ask_for_everybody(shelf, monkeypatch):
    monkeypatch.setitem(back_in_stock.ASKED.most, "visitor", 3)
    ask = partial(back_in_stock.ask, shelf.product, place_of(shelf))
    for n in range(3):
        ask(email=f"name{n}@quist.example", visitor="192.0.2.1")
    with pytest.raises(AskedTooOften, match="Ask again in 60 minutes"):
        ask(email="name3@quist.example", visitor="192.0.2.1")
    assert StockRequest.objects.count() == 3
    ask(email="name3@quist.example", visitor="192.0.2.2")


def test_nobodys_mailbox_is_asked_for_by_everybody(shelf, monkeypatch):
    monkeypatch.setitem(back_in_stock.ASKED.most, "mailbox", 3)
    ask = partial(back_in_stock.ask, shelf.product, place_of(shelf))
    for n in range(3):
        ask(email="ada@quist.example", visitor=f"192.0.2.{n}")
    with pytest.raises(AskedTooOften):
        ask(email="Ada@Quist.example", visitor="192.0.2.9")
    ask(email="ben@quist.example", visitor="192.0.2.9")


def test_a_letters_link_takes_its_shopper_out_of_every_queue(shelf):
    ada, _ben = wait_for(shelf, "ada", "ben")
    wait_for(offer(make_product(), place_of(shelf), in_stock=0), "ada", "cleo")
    token = back_in_stock.withdrawal_token(ada)
    assert back_in_stock.request_of(token) == ada
    assert back_in_stock.others_waiting(ada) == 1
    back_in_stock.withdraw(token)
    back_in_stock.withdraw(token)
    assert back_in_stock.request_of(token) is None
    left = [request.address for request in StockRequest.objects.all()]
    assert left == ["ben@quist.example", "cleo@quist.example"]
    stock.receive([(shelf.pk, 1)])
    do_all_work()
    assert told() == ["ben"]


def test_a_forged_link_takes_nobody_out(shelf):
    [ada] = wait_for(shelf, "ada")
    for forged in ("", "1", str(ada.pk), back_in_stock.withdrawal_token(ada)[:-1]):
        with pytest.raises(NoSuchRequest):
            back_in_stock.withdraw(forged)
    assert StockRequest.objects.exists()


def test_who_was_told_long_ago_is_forgotten(shelf):
    wait_for(shelf, "ada", "ben")
    long_ago = timezone.now() - back_in_stock.FORGOTTEN_AFTER - timedelta(days=1)
    StockRequest.objects.filter(pk=StockRequest.objects.first().pk).update(told_at=long_ago)
    tell_back_in_stock()
    assert [request.address for request in StockRequest.objects.all()] == ["ben@quist.example"]


@on_committed_rows
def test_two_workers_tell_each_shopper_once_and_no_more_than_there_is():
    record = offer(make_product(), make_location(), in_stock=0)
    wait_for(record, "ada", "ben", "cleo", "dora", "eve")
    stock.receive([(record.pk, 3)])
    with listening(stock_is_back, "request") as heard:
        outcomes = race(*[partial(back_in_stock.tell, record)] * 3)
    assert sorted(outcomes) == [0, 0, 3]
    assert sorted(request.pk for request in heard) == sorted(
        StockRequest.objects.exclude(told_at=None).values_list("pk", flat=True)
    )
    assert told() == ["ada", "ben", "cleo"]


@on_committed_rows
def test_one_shopper_who_asks_many_times_at_once_waits_once():
    record = offer(make_product(), make_location(), in_stock=0)
    here = place_of(record)
    ask = partial(back_in_stock.ask, record.product, here, email="ada@quist.example")
    outcomes = race(*[ask] * 4)
    assert outcomes == [StockRequest.objects.get()] * 4
