"""Counting with a scanner, and the differences that are looked at before they are booked."""

from decimal import Decimal
from uuid import uuid4

import pytest

from backoffice.tests.test_goods import page
from shop.inventory import stocktakes
from shop.testing.factories import make_product, make_user, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db

FACTS = {"headers": {"accept": "application/json"}}


@pytest.fixture
def stocktake(record, here):
    return stocktakes.begin(here)


def scan(client, stocktake, sku, token=None):
    form = {"scan": sku, "token": token or uuid4()}
    return client.post(page(stocktake), form, **FACTS)


def counted(stocktake):
    return stocktake.counts.get().counted


def test_each_beep_counts_one_step(keeper, here, signed_in):
    apples = make_product(title="Apples", upc="APP-1", unit="kg", step=Decimal("0.25"))
    offer(apples, here, in_stock=4)
    stocktake = stocktakes.begin(here)
    client = signed_in(keeper)
    answers = [scan(client, stocktake, sku).json() for sku in ("APP-1", "app-1")]
    assert [answer["counted"] for answer in answers] == ["0.25 kg", "0.5 kg"]
    assert counted(stocktake) == 2


def test_a_scan_that_is_sent_again_counts_once(keeper, stocktake, signed_in):
    token = uuid4()
    for _time in range(3):
        assert scan(signed_in(keeper), stocktake, "JELLY-1", token).status_code == 200
    assert counted(stocktake) == 1


def test_a_scan_tells_nothing_of_what_should_be_there(keeper, stocktake, signed_in):
    answer = scan(signed_in(keeper), stocktake, "JELLY-1").json()
    assert set(answer) == {"key", "title", "sku", "counted", "typed"}


@pytest.mark.parametrize("sku", ["NOPE-1", "", "x" * 500])
def test_a_scan_of_something_else_is_refused_by_its_name(sku, keeper, stocktake, signed_in):
    answer = scan(signed_in(keeper), stocktake, sku)
    assert (answer.status_code, counted(stocktake)) == (409, None)
    assert sku in answer.json()["said"]


def test_a_scan_needs_no_script(keeper, stocktake, signed_in):
    form = {"scan": "JELLY-1", "token": uuid4()}
    shown = signed_in(keeper).post(page(stocktake), form, follow=True)
    assert "Quince jelly: 1" in shown.content.decode()


def test_a_forged_token_counts_nothing(keeper, stocktake, signed_in):
    assert scan(signed_in(keeper), stocktake, "JELLY-1", "x").status_code == 409
    assert counted(stocktake) is None


def test_a_closed_stocktake_counts_no_more(keeper, stocktake, signed_in):
    stocktakes.close(stocktake)
    assert scan(signed_in(keeper), stocktake, "JELLY-1").status_code == 409


def test_another_locations_shelves_are_not_scanned(elsewhere, stocktake, counter, signed_in):
    for stranger in (make_user("Stock keeper", [elsewhere]), counter):
        assert scan(signed_in(stranger), stocktake, "JELLY-1").status_code in (403, 404)
    assert counted(stocktake) is None


def test_differences_are_shown_before_they_are_booked(keeper, record, stocktake, signed_in):
    client = signed_in(keeper)
    form = {f"counted-{stocktake.counts.get().pk}": "18", "look": ""}
    shown = client.post(page(stocktake), form, follow=True)
    assert [line["difference"] for line in shown.context["differences"]] == ["\N{MINUS SIGN}2"]
    record.refresh_from_db()
    assert record.num_in_stock == 20
    client.post(page(stocktake), {"close": "1", "seen": shown.context["seen"]})
    record.refresh_from_db()
    assert record.num_in_stock == 18
    assert_invariants()


def test_who_looked_before_somebody_counted_on_looks_again(keeper, record, stocktake, signed_in):
    client = signed_in(keeper)
    seen = client.get(page(stocktake), {"differences": ""}).context["seen"]
    scan(client, stocktake, "JELLY-1")
    shown = client.post(page(stocktake), {"close": "1", "seen": seen}, follow=True)
    assert "counted on meanwhile" in shown.content.decode()
    stocktake.refresh_from_db()
    assert stocktake.is_open


def test_what_was_typed_beside_a_wrong_number_is_not_lost(keeper, stocktake, here, signed_in):
    offer(make_product(), here)
    stocktake.delete()
    stocktake = stocktakes.begin(here)
    first, second = stocktake.counts.order_by("pk")
    form = {f"counted-{first.pk}": "18", f"counted-{second.pk}": "x"}
    shown = signed_in(keeper).post(page(stocktake), form)
    assert {count["typed"] for count in shown.context["counts"]} == {"18", "x"}
    assert "type a number" in shown.content.decode()


def test_shelves_are_counted_page_by_page(
    keeper, here, signed_in, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("backoffice.stocktake_page.COUNTS_A_PAGE", 4)
    client, asked = signed_in(keeper), []
    for number in range(6):
        offer(make_product(), here, shelf=f"S{number}")
        if number in (2, 5):
            stocktake = stocktakes.begin(here)
            for extra in ("", "differences"):
                with django_assert_max_num_queries(30) as counted:
                    shown = client.get(page(stocktake), {extra: ""})
                asked.append(len(counted))
            shown = client.get(page(stocktake), {"p": "2"})
            stocktakes.close(stocktake)
    assert [count["shelf"] for count in shown.context["counts"]] == ["S4", "S5"]
    assert asked[:2] == asked[2:]


def test_what_is_left_is_listed_alone(keeper, stocktake, signed_in):
    client = signed_in(keeper)
    scan(client, stocktake, "JELLY-1")
    shown = client.get(page(stocktake), {"left": ""})
    assert shown.context["counts"] == []
    assert "Everything is counted" in shown.content.decode()
