from functools import partial

import pytest
from django.db import IntegrityError, transaction

from shop.checkout.place_order import place_order
from shop.inventory import stock, transfers
from shop.inventory.models import Movement, Transfer, TransferLine, TransferStatus
from shop.inventory.quantities import MOST_STEPS, NotAQuantity
from shop.inventory.stock import OutOfStock
from shop.inventory.transfers import Arrival, TransferRefused
from shop.order.models import Order
from shop.partner.models import StockRecord
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def porto():
    return make_location(name="Porto")


@pytest.fixture
def lisbon():
    return make_location(name="Lisbon")


@pytest.fixture
def tea(porto, lisbon):
    """Tea in Porto (10) and in Lisbon (2)."""
    product = make_product(title="Tea")
    return offer(product, porto, in_stock=10), offer(product, lisbon, in_stock=2)


@pytest.fixture
def mugs(porto, lisbon):
    product = make_product(title="Mug")
    return offer(product, porto, in_stock=5), offer(product, lisbon, in_stock=0)


def in_stock(*records):
    found = dict(StockRecord.objects.values_list("pk", "num_in_stock"))
    return [found[record.pk] for record in records]


def arrived(transfer, *arrivals):
    return {line.pk: arrival for line, arrival in zip(transfer.lines.all(), arrivals, strict=True)}


def test_goods_under_way_are_in_no_locations_stock(porto, lisbon, tea, mugs):
    keeper = make_user("Owner")
    transfer = transfers.send(
        porto, lisbon, [(tea[0].pk, 4), (mugs[0].pk, 5)], actor=keeper, reason="for the fair"
    )
    assert in_stock(*tea, *mugs) == [6, 2, 0, 0]
    assert transfer.status == TransferStatus.IN_TRANSIT
    assert [line.sent for line in transfer.lines.all()] == [4, 5]
    left = Movement.objects.of(tea[0]).first()
    assert (str(left), left.cause, left.reason) == (
        "transferred out -4/+0",
        transfer.number,
        "for the fair",
    )
    assert left.actor == keeper
    assert_invariants()


def test_what_arrives_lies_on_the_receivers_shelf(porto, lisbon, tea, mugs):
    keeper = make_user("Owner")
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4), (mugs[0].pk, 5)])
    transfers.receive(transfer, arrived(transfer, Arrival(4), Arrival(5)), actor=keeper)
    assert in_stock(*tea, *mugs) == [6, 6, 0, 5]
    transfer.refresh_from_db()
    assert (transfer.status, transfer.ended_by) == (TransferStatus.RECEIVED, keeper)
    came = Movement.objects.of(tea[1]).first()
    assert (str(came), came.cause) == ("transferred in +4/+0", transfer.number)
    assert_invariants()


@pytest.mark.parametrize(("came", "difference"), [(3, 1), (0, 4), (5, -1)])
def test_a_difference_is_written_down_with_its_reason(came, difference, porto, lisbon, tea):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4)])
    transfers.receive(transfer, arrived(transfer, Arrival(came, " the box was open ")))
    line = transfer.lines.get()
    assert (line.received, line.difference, line.reason) == (came, difference, "the box was open")
    assert in_stock(*tea) == [6, 2 + came]
    assert_invariants()


def test_a_difference_without_a_reason_is_refused_with_everything(porto, lisbon, tea, mugs):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4), (mugs[0].pk, 5)])
    with pytest.raises(TransferRefused, match="Mug"):
        transfers.receive(transfer, arrived(transfer, Arrival(4), Arrival(3, " ")))
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.IN_TRANSIT
    assert in_stock(*tea, *mugs) == [6, 2, 0, 0]
    transfers.receive(transfer, arrived(transfer, Arrival(4), Arrival(3, "two broken")))


def test_every_line_needs_an_answer(porto, lisbon, tea, mugs):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4), (mugs[0].pk, 5)])
    first, second = transfer.lines.all()
    for arrivals in ({}, {first.pk: Arrival(4)}, {first.pk: Arrival(4), 0: Arrival(5)}):
        with pytest.raises(TransferRefused, match="each product"):
            transfers.receive(transfer, arrivals)
    assert in_stock(*tea, *mugs) == [6, 2, 0, 0]


def test_a_cancelled_transfer_goes_back(porto, lisbon, tea):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4)])
    transfers.cancel(transfer, reason="the van broke down")
    assert in_stock(*tea) == [10, 2]
    assert Movement.objects.of(tea[0]).first().reason == "the van broke down"
    assert_invariants()


@pytest.mark.parametrize("ending", ["receive", "cancel"])
def test_a_transfer_ends_once(ending, porto, lisbon, tea):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4)])
    if ending == "receive":
        transfers.receive(transfer, arrived(transfer, Arrival(4)))
    else:
        transfers.cancel(transfer, reason="dropped")
    before = in_stock(*tea)
    with pytest.raises(TransferRefused, match="already"):
        transfers.cancel(transfer, reason="once more")
    with pytest.raises(TransferRefused, match="already"):
        transfers.receive(transfer, arrived(transfer, Arrival(4)))
    assert in_stock(*tea) == before
    assert_invariants()


def test_no_more_is_sent_than_is_free_and_then_nothing(porto, lisbon, tea, mugs):
    stock.reserve([(mugs[0].pk, 2)], cause="held")
    with pytest.raises(OutOfStock) as refusal:
        transfers.send(porto, lisbon, [(tea[0].pk, 10), (mugs[0].pk, 4)])
    assert [(s.stockrecord_id, s.asked, s.left) for s in refusal.value.shortages] == [
        (mugs[0].pk, 4, 3)
    ]
    assert in_stock(tea[0], mugs[0]) == [10, 5]
    assert not Transfer.objects.exists()


def test_one_records_demands_are_one_line(porto, lisbon, tea):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4), (tea[0].pk, 3)])
    assert transfer.lines.get().sent == 7
    with pytest.raises(OutOfStock):
        transfers.send(porto, lisbon, [(tea[0].pk, 2), (tea[0].pk, 2)])


def test_what_makes_no_transfer_is_refused(porto, lisbon, tea):
    alone = offer(make_product(title="Salt"), porto)
    for sender, receiver, demands, said in [
        (porto, porto, [(tea[0].pk, 1)], "another location"),
        (porto, lisbon, [], "Choose"),
        (porto, lisbon, [(tea[1].pk, 1)], "its own"),
        (porto, lisbon, [(0, 1)], "its own"),
        (porto, lisbon, [(tea[0].pk, 1), (alone.pk, 1)], "Salt"),
    ]:
        with pytest.raises(TransferRefused, match=said):
            transfers.send(sender, receiver, demands)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("steps", [0, -1, 1.5, MOST_STEPS + 1])
def test_what_is_no_quantity_is_neither_sent_nor_received(steps, porto, lisbon, tea):
    with pytest.raises(NotAQuantity):
        transfers.send(porto, lisbon, [(tea[0].pk, steps)])
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 1)])
    if steps == 0:
        return
    with pytest.raises(NotAQuantity):
        transfers.receive(transfer, arrived(transfer, Arrival(steps, "odd")))
    assert in_stock(*tea) == [9, 2]


@pytest.mark.parametrize(
    "change", [{"received": 3}, {"sent": 0}, {"received": 5, "reason": ""}, {"received": -1}]
)
def test_the_database_refuses_lines_that_cannot_be(change, porto, lisbon, tea):
    transfers.send(porto, lisbon, [(tea[0].pk, 4)])
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferLine.objects.update(**change)


def test_goods_that_vanish_on_the_way_are_found(porto, lisbon, tea):
    transfer = transfers.send(porto, lisbon, [(tea[0].pk, 4)])
    TransferLine.objects.update(sent=3)
    assert broken_invariants() == {
        "a transfer's movements are what left the sender and what the receiver got": [
            (transfer.number, tea[0].pk, -3, -4)
        ]
    }


@on_committed_rows
def test_two_people_receive_a_transfer_at_once_and_one_does():
    porto, lisbon, product = make_location(), make_location(), make_product()
    here, there = offer(product, porto, in_stock=10), offer(product, lisbon, in_stock=0)
    transfer = transfers.send(porto, lisbon, [(here.pk, 4)])
    arrivals = arrived(transfer, Arrival(4))
    outcomes = race(*[partial(transfers.receive, transfer, arrivals)] * 4)
    assert outcomes.count(None) == 1
    assert [type(o) for o in outcomes if o] == [TransferRefused] * 3
    assert in_stock(here, there) == [6, 4]
    assert_invariants()


@on_committed_rows
def test_received_and_cancelled_at_once_the_goods_are_somewhere():
    porto, lisbon, product = make_location(), make_location(), make_product()
    here, there = offer(product, porto, in_stock=10), offer(product, lisbon, in_stock=0)
    transfer = transfers.send(porto, lisbon, [(here.pk, 4)])
    receive = partial(transfers.receive, transfer, arrived(transfer, Arrival(4)))
    outcomes = race(receive, partial(transfers.cancel, transfer, reason="turned round"))
    assert outcomes.count(None) == 1
    assert in_stock(here, there) in ([6, 4], [10, 0])
    assert_invariants()


@on_committed_rows
def test_a_transfer_and_orders_never_share_a_piece():
    porto, lisbon, product = make_location(), make_location(), make_product()
    here, _there = offer(product, porto, in_stock=5), offer(product, lisbon, in_stock=0)
    baskets = [make_basket(porto, (product, 1)) for _shopper in range(5)]
    outcomes = race(
        *(partial(place_order, basket, CONTACT, GOOD_CARD) for basket in baskets),
        partial(transfers.send, porto, lisbon, [(here.pk, 3)]),
    )
    sent = sum(3 for outcome in outcomes if isinstance(outcome, Transfer))
    ordered = sum(isinstance(outcome, Order) for outcome in outcomes)
    here.refresh_from_db()
    assert (here.num_in_stock, here.num_allocated) == (5 - sent, ordered)
    assert (sent, ordered) in [(3, 2), (0, 5), (0, 4), (0, 3)]
    assert_invariants()
