from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.order.models import Status
from shop.pickup import codes, qr
from shop.pickup.counter import WRONG_CODES
from shop.testing.factories import make_user
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows

pytestmark = pytest.mark.django_db

COUNTER = reverse("pickup_counter")


@pytest.fixture(autouse=True)
def _no_earlier_attempts():
    cache.clear()


@pytest.fixture
def ready(place, owner):
    return place(3, ready=True, actor=owner)


def code_of(order):
    return order.pickup_codes.get(voided_at=None)


def typed(order):
    short = codes.short_of(code_of(order))
    return f" {short[:4].lower()}-{short[4:]} "


def press(client, code):
    return client.post(COUNTER, {"code": code, "hand_over": "1"})


def undo(client, order):
    return client.post(COUNTER, {"undo": code_of(order).pk})


def long_ago(order):
    order.pickup_codes.update(used_at=F("used_at") - timedelta(hours=1))


def status(order):
    order.refresh_from_db()
    return order.status


def test_a_typed_code_shows_what_to_hand_over(ready, counter, signed_in):
    page = signed_in(counter).post(COUNTER, {"code": typed(ready)}).content.decode()
    for fact in (ready.number, "Quince jelly", "A3", "Hand over"):
        assert fact in page
    assert status(ready) == Status.READY


def test_a_phones_own_camera_opens_the_same_page_and_changes_nothing(ready, counter, signed_in):
    address = qr.address_of(code_of(ready)).removeprefix("http://localhost:8000")
    page = signed_in(counter).get(address).content.decode()
    assert ready.number in page
    assert status(ready) == Status.READY


def test_a_scanner_types_the_whole_address(ready, counter, signed_in):
    scanned = qr.address_of(code_of(ready))
    assert press(signed_in(counter), scanned).context["outcome"] == "done"


def test_it_is_handed_over_once(ready, record, counter, signed_in):
    client = signed_in(counter)
    assert press(client, typed(ready)).context["outcome"] == "done"
    colleague = signed_in(make_user("Counter", [ready.location], username="other"))
    again = press(colleague, typed(ready)).content.decode()
    assert "Already collected on" in again
    assert "Handed over by counter." in again
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (17, 0)
    assert status(ready) == Status.COMPLETED


def test_a_second_press_is_answered_like_the_first(ready, record, counter, signed_in):
    client = signed_in(counter)
    press(client, typed(ready))
    again = press(client, typed(ready))
    assert again.context["outcome"] == "done"
    assert f"You handed order {ready.number} over a moment ago." in again.content.decode()
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (17, 0)


def test_a_second_press_long_after_the_first_is_not(ready, counter, signed_in):
    client = signed_in(counter)
    press(client, typed(ready))
    long_ago(ready)
    assert press(client, typed(ready)).context["refusal"] == "already_collected"


def test_a_hand_over_is_undone_at_a_press(ready, record, counter, signed_in):
    client = signed_in(counter)
    page = press(client, typed(ready)).content.decode()
    assert f'name="undo" value="{code_of(ready).pk}"' in page
    undone = undo(client, ready)
    assert undone.context["outcome"] == "undone"
    assert "Quince jelly" in undone.content.decode()
    assert status(ready) == Status.READY
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (20, 3)
    assert press(client, typed(ready)).context["again"] is False
    assert_invariants()


def test_what_stands_is_not_undone(ready, counter, signed_in):
    client = signed_in(counter)
    press(client, typed(ready))
    long_ago(ready)
    assert 'name="undo"' not in client.get(COUNTER).content.decode()
    assert "too late to undo" in undo(client, ready).context["sentence"]
    assert status(ready) == Status.COMPLETED


def test_a_forged_undo_is_answered_as_if_there_were_none(
    ready, counter, stranger, seller, shopper, signed_in
):
    press(signed_in(counter), typed(ready))
    assert undo(signed_in(stranger), ready).status_code == 404
    assert undo(signed_in(seller), ready).status_code == 403
    assert undo(signed_in(shopper), ready).status_code == 302
    for nothing in ("", "-1", "abc", "9" * 40):
        assert signed_in(counter).post(COUNTER, {"undo": nothing}).status_code == 404
    assert status(ready) == Status.COMPLETED


def test_what_waits_and_what_went_is_counted_for_ones_own_location(
    place, owner, counter, stranger, signed_in
):
    orders = [place(ready=True, actor=owner) for _each in range(3)]
    press(signed_in(counter), typed(orders[0]))
    board = signed_in(counter).get(COUNTER).context
    assert [(row["name"], row["ready"]) for row in board["ready"]] == [("Magpie Here", 2)]
    assert [row["number"] for row in board["last"]] == [orders[0].number]
    board = signed_in(stranger).get(COUNTER).context
    assert (list(board["ready"]), board["last"]) == ([], [])


def test_its_queries_do_not_grow(place, owner, counter, signed_in):
    client = signed_in(counter)

    def queries():
        with CaptureQueriesContext(connection) as queries:
            client.get(COUNTER)
        return len(queries)

    press(client, typed(place(ready=True, actor=owner)))
    place(ready=True, actor=owner)
    with_one = queries()
    for _each in range(2):
        press(client, typed(place(ready=True, actor=owner)))
        place(ready=True, actor=owner)
    assert queries() == with_one


@on_committed_rows
def test_two_who_press_at_once_hand_over_once(ready, record, counter, signed_in):
    other = make_user("Counter", [ready.location], username="other")
    clients, start = [signed_in(counter), signed_in(other)], Barrier(2)
    code = typed(ready)

    def at_once(client):
        try:
            start.wait(10)
            # Not `context`: the test client mixes up those of two threads.
            return 'data-outcome="done"' in press(client, code).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(at_once, clients))
    assert sorted(outcomes) == [False, True]
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (17, 0)
    assert ready.status_changes.filter(new_status=Status.COMPLETED).count() == 1


def test_each_refusal_has_its_own_words(place, ready, counter, stranger, signed_in):
    paid, client = place(paid=True), signed_in(counter)
    old = codes.token_of(code_of(ready))
    codes.issue(ready)
    said = {press(client, code).context["sentence"] for code in ("NOT-A-CODE", typed(paid), old)}
    elsewhere = press(signed_in(stranger), codes.token_of(code_of(ready)))
    said.add(elsewhere.context["sentence"])
    assert said == {
        "We do not know this code. Check it and try again.",
        "This order is paid, but not ready yet.",
        "This code was replaced by a newer one. Ask for that.",
        "This order is waiting at Magpie Here, not here.",
    }
    assert ready.number not in elsewhere.content.decode()


def test_who_keeps_guessing_has_to_wait(ready, counter, signed_in, monkeypatch):
    monkeypatch.setitem(WRONG_CODES.most, "actor", 2)
    client = signed_in(counter)
    for _ in range(2):
        press(client, "WRONG")
    assert "Too many wrong codes" in press(client, typed(ready)).context["sentence"]
    assert status(ready) == Status.READY


def test_only_whoever_hands_over_gets_in(ready, seller, shopper, client, signed_in):
    assert press(signed_in(seller), typed(ready)).status_code == 403
    for visitor in (client, signed_in(shopper)):
        assert press(visitor, typed(ready)).status_code == 302
    assert status(ready) == Status.READY
