"""Transfers, stocktakes and low stock, as the people of both locations see them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from backoffice.tests.test_goods import PRESSED, page
from shop.inventory import low_stock, stocktakes, transfers
from shop.inventory.models import LowStockAlert, Stocktake, Transfer
from shop.testing.factories import make_location, make_user, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_keeper(elsewhere):
    return make_user("Stock keeper", [elsewhere])


@pytest.fixture
def there(jar, elsewhere):
    return offer(jar, elsewhere, in_stock=0)


@pytest.fixture
def transfer(record, there, here, elsewhere):
    return transfers.send(here, elsewhere, [(record.pk, 4)])


@pytest.fixture
def stocktake(record, here):
    return stocktakes.begin(here)


def came(transfer, typed, reason=""):
    line = transfer.lines.get()
    return {f"came-{line.pk}": typed, f"reason-{line.pk}": reason}


def closing(client, stocktake):
    """The form of the page that shows the differences."""
    seen = client.get(page(stocktake), {"differences": ""}).context["seen"]
    return {"close": "1", "seen": seen}


def sending(**values):
    return PRESSED | {"quantity": "4", "why": "", "token": uuid4()} | values


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def in_stock(record):
    record.refresh_from_db()
    return record.num_in_stock


def test_goods_are_sent_from_their_own_page(keeper, record, there, elsewhere, signed_in):
    form = sending(receiver=elsewhere.pk, why="for the fair")
    for _press in range(2):
        signed_in(keeper).post(page(record, "send"), form)
    transfer = Transfer.objects.get()
    assert (transfer.receiver, transfer.sent_by, transfer.reason) == (
        elsewhere,
        keeper,
        "for the fair",
    )
    assert in_stock(record) == 16


def test_no_more_is_sent_than_is_free(keeper, record, there, elsewhere, place, signed_in):
    place(18)
    form = sending(receiver=elsewhere.pk)
    answer = signed_in(keeper).post(page(record, "send"), form, follow=True)
    assert "Only 2 can be sent" in said(answer)
    assert not Transfer.objects.exists()


def test_goods_are_sent_only_where_they_are_offered(keeper, record, signed_in):
    nowhere = make_location()
    form = sending(receiver=nowhere.pk)
    signed_in(keeper).post(page(record, "send"), form)
    assert not Transfer.objects.exists()


def test_what_arrives_is_taken_in_where_it_arrives(other_keeper, transfer, there, signed_in):
    client = signed_in(other_keeper)
    assert "Put it on the shelf here" in client.get(page(transfer)).content.decode()
    client.post(page(transfer), came(transfer, "3", "one broken"))
    assert in_stock(there) == 3
    assert "one broken" in client.get(page(transfer)).content.decode()
    assert_invariants()


@pytest.mark.parametrize(
    ("typed", "why"),
    [("3", "Say why"), ("-1", "steps of"), ("0.5", "steps of"), ("x", "type a number"), ("", "a")],
)
def test_what_was_typed_wrong_takes_nothing_in(
    typed, why, other_keeper, transfer, there, signed_in
):
    answer = signed_in(other_keeper).post(page(transfer), came(transfer, typed), follow=True)
    assert why in said(answer)
    assert in_stock(there) == 0


def test_who_sent_it_does_not_receive_it_but_may_cancel(keeper, record, transfer, signed_in):
    client = signed_in(keeper)
    assert "Put it on the shelf here" not in client.get(page(transfer)).content.decode()
    assert client.post(page(transfer), came(transfer, "4")).status_code == 403
    client.post(page(transfer, "cancel"), PRESSED | {"reason": "no van"})
    assert in_stock(record) == 20
    assert_invariants()


def test_who_is_to_receive_it_does_not_cancel_it(other_keeper, record, transfer, signed_in):
    answer = signed_in(other_keeper).post(page(transfer, "cancel"), PRESSED | {"reason": "no"})
    assert answer.status_code == 403
    assert in_stock(record) == 16


def test_a_transfer_is_nobody_elses(transfer, signed_in):
    client = signed_in(make_user("Stock keeper", [make_location()]))
    assert client.get(page(transfer)).status_code == 404
    assert client.post(page(transfer), came(transfer, "4")).status_code == 404
    assert client.post(page(transfer, "cancel"), PRESSED | {"reason": "no"}).status_code == 404


def test_a_count_is_blind_until_it_is_closed(keeper, record, here, signed_in):
    client = signed_in(keeper)
    client.post(reverse("admin:inventory_stocktake_add"), {"location": here.pk})
    stocktake = Stocktake.objects.get()
    assert stocktake.begun_by == keeper
    shown = client.get(page(stocktake))
    assert "In stock then" not in shown.content.decode()
    count = stocktake.counts.get()
    client.post(page(stocktake), {f"counted-{count.pk}": "18"})
    assert "In stock then" not in client.get(page(stocktake)).content.decode()
    assert in_stock(record) == 20
    client.post(page(stocktake), closing(client, stocktake))
    assert in_stock(record) == 18
    assert "In stock then" in client.get(page(stocktake)).content.decode()
    assert_invariants()


def test_a_count_below_what_is_reserved_is_named(keeper, record, stocktake, place, signed_in):
    place(18)
    client = signed_in(keeper)
    client.post(page(stocktake), {f"counted-{stocktake.counts.get().pk}": "17"})
    answer = client.post(page(stocktake), closing(client, stocktake), follow=True)
    assert "Quince jelly" in said(answer)
    assert in_stock(record) == 20


def test_two_who_count_at_once_keep_each_others_counts(keeper, stocktake, here, signed_in):
    client, count = signed_in(keeper), stocktake.counts.get()
    client.post(page(stocktake), {f"counted-{count.pk}": "18"})
    client.post(page(stocktake), {f"counted-{count.pk}": "", f"shown-{count.pk}": ""})
    count.refresh_from_db()
    assert count.counted == 18
    client.post(page(stocktake), {f"counted-{count.pk}": "", f"shown-{count.pk}": "18"})
    count.refresh_from_db()
    assert count.counted is None


@pytest.mark.parametrize("typed", ["-1", "0.5", "x", "9999999999999", "NaN"])
def test_what_was_typed_wrong_counts_nothing(typed, keeper, stocktake, signed_in):
    count = stocktake.counts.get()
    answer = signed_in(keeper).post(page(stocktake), {f"counted-{count.pk}": typed}, follow=True)
    assert said(answer)
    count.refresh_from_db()
    assert count.counted is None


def test_a_location_that_is_counted_is_not_counted_twice(keeper, stocktake, here, signed_in):
    begin = reverse("admin:inventory_stocktake_add")
    answer = signed_in(keeper).post(begin, {"location": here.pk}, follow=True)
    assert "counted already" in said(answer)
    assert Stocktake.objects.count() == 1


def test_a_stocktake_is_nobody_elses(other_keeper, stocktake, here, signed_in):
    client = signed_in(other_keeper)
    assert client.get(page(stocktake)).status_code == 404
    assert client.post(page(stocktake), {"close": "1"}).status_code == 404
    client.post(reverse("admin:inventory_stocktake_add"), {"location": here.pk})
    assert Stocktake.objects.count() == 1


def test_what_runs_low_is_listed_for_its_location(keeper, other_keeper, record, signed_in):
    low_stock.set_threshold(record, 25)
    low = reverse("admin:inventory_lowstockalert_changelist")
    shown = signed_in(keeper).get(low)
    assert list(shown.context["cl"].result_list) == [LowStockAlert.objects.get()]
    assert not signed_in(other_keeper).get(low).context["cl"].result_list
    low_stock.set_threshold(record, 5)
    assert not signed_in(keeper).get(low).context["cl"].result_list


def test_a_new_threshold_is_looked_at_when_it_is_saved(owner, record, signed_in):
    form = {"price": "5.00", "shelf": "Z9", "low_below": "21"}
    signed_in(owner).post(page(record), form)
    assert LowStockAlert.objects.get().threshold == 21
    signed_in(owner).post(page(record), form | {"low_below": ""})
    assert LowStockAlert.objects.get().closed_at
