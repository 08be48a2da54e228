import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from shop.inventory import stock
from shop.inventory.models import Movement, MovementKind
from shop.inventory.quantities import MOST_STEPS
from shop.inventory.stock import NotAQuantity, OutOfStock, Shortage
from shop.partner.models import StockRecord
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants, broken_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """A stock record with ten pieces."""
    return offer(make_product(), make_location(), in_stock=10)


def numbers(record):
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


def test_a_movement_says_what_changed_what_is_left_and_why(shelf):
    colleague = make_user("Counter")
    stock.reserve([(shelf.pk, 3)], cause="K7QX4TZ9AB")
    stock.consume([(shelf.pk, 3)], cause="K7QX4TZ9AB", actor=colleague)
    reserved, handed_over = Movement.objects.filter(cause="K7QX4TZ9AB").order_by("pk")
    assert str(reserved) == "reserved +0/+3"
    assert (reserved.in_stock_after, reserved.reserved_after) == (10, 3)
    assert str(handed_over) == "handed over -3/-3"
    assert (handed_over.in_stock_before, handed_over.reserved_before) == (10, 3)
    assert (handed_over.in_stock_after, handed_over.reserved_after) == (7, 0)
    assert handed_over.actor == colleague


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "it was otherwise"},
        {"in_stock_change": 100},
        {"in_stock_after": F("in_stock_after") + 1},
        {"kind": MovementKind.COUNTED},
        {"cause": "another"},
    ],
)
def test_the_database_refuses_to_change_the_ledger(shelf, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.update(**change)


def test_the_database_refuses_to_delete_from_the_ledger(shelf):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.all().delete()


def test_whoever_acted_may_be_erased(shelf):
    colleague = make_user("Counter")
    stock.receive([(shelf.pk, 5)], actor=colleague, reason="a second delivery")
    colleague.delete()
    movement = Movement.objects.get(reason="a second delivery")
    assert (movement.actor, movement.in_stock_change) == (None, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"num_allocated": F("num_in_stock") + 1},
        {"num_allocated": -1},
        {"num_in_stock": -1},
        {"price": -1},
    ],
)
def test_the_database_refuses_stock_and_prices_that_cannot_be(shelf, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRecord.objects.update(**change)


def test_a_location_has_one_record_of_a_product(shelf):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRecord.objects.create(
            product=shelf.product, partner=shelf.partner, partner_sku="once more", price=1
        )


def test_reserve_refuses_more_than_is_left_and_names_what_is(shelf):
    stock.reserve([(shelf.pk, 8)], cause="first")
    with pytest.raises(OutOfStock) as refusal, transaction.atomic():
        stock.reserve([(shelf.pk, 3)], cause="second")
    assert refusal.value.shortages == [Shortage(shelf.pk, shelf.product_id, asked=3, left=2)]
    assert numbers(shelf) == (10, 8)
    assert not Movement.objects.filter(cause="second").exists()


def test_reserve_takes_everything_or_nothing_and_names_every_shortage(shelf):
    location = make_location()
    scarce = [offer(make_product(), location, in_stock=left) for left in (1, 2)]
    with pytest.raises(OutOfStock) as refusal, transaction.atomic():
        stock.reserve([(record.pk, 3) for record in (shelf, *scarce)], cause="too much")
    assert [(s.stockrecord_id, s.asked, s.left) for s in refusal.value.shortages] == [
        (scarce[0].pk, 3, 1),
        (scarce[1].pk, 3, 2),
    ]
    assert [numbers(record) for record in (shelf, *scarce)] == [(10, 0), (1, 0), (2, 0)]


def test_demands_of_one_record_are_summed_before_they_are_looked_at(shelf):
    with pytest.raises(OutOfStock) as refusal, transaction.atomic():
        stock.reserve([(shelf.pk, 6), (shelf.pk, 5)], cause="eleven")
    assert [(s.asked, s.left) for s in refusal.value.shortages] == [(11, 10)]
    stock.reserve([(shelf.pk, 6), (shelf.pk, 4)], cause="ten")
    assert Movement.objects.get(cause="ten").reserved_change == 10


def test_no_demands_book_nothing(shelf, django_assert_num_queries):
    with django_assert_num_queries(0):
        stock.reserve([], cause="nothing")


def test_what_is_reserved_cannot_be_adjusted_away(shelf):
    stock.reserve([(shelf.pk, 8)], cause="held")
    stock.adjust(shelf, -2, reason="broken")
    with pytest.raises(OutOfStock), transaction.atomic():
        stock.adjust(shelf, -1, reason="one more broken")
    assert numbers(shelf) == (8, 8)


@pytest.mark.parametrize("give_back", [stock.release, stock.consume])
def test_no_more_is_given_back_or_handed_over_than_was_reserved(shelf, give_back):
    stock.reserve([(shelf.pk, 2)], cause="two")
    with pytest.raises(OutOfStock), transaction.atomic():
        give_back([(shelf.pk, 3)], cause="two")
    assert numbers(shelf) == (10, 2)


@pytest.mark.parametrize(("records", "statements"), [(1, 1), (2, 2), (12, 2)])
def test_a_booking_is_one_statement_and_one_that_locks_where_there_are_several_records(
    records, statements, django_assert_num_queries
):
    location = make_location()
    demands = [(offer(make_product(), location).pk, 1) for _each in range(records)]
    with django_assert_num_queries(statements):
        stock.reserve(demands, cause="all at once")


def test_stock_changed_behind_the_ledgers_back_is_found():
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=10)
    make_order(location, (product, 4))
    assert_invariants()
    StockRecord.objects.update(num_in_stock=F("num_in_stock") - 1, num_allocated=3)
    assert broken_invariants() == {
        "in stock is the sum of its movements": [(record.pk, 9, 10)],
        "reserved is the sum of its movements": [(record.pk, 3, 4)],
        "reserved is what orders hold that are not handed over, sent or ended": [(record.pk, 3, 4)],
    }


def test_what_comes_back_lies_on_the_shelf_again(shelf):
    colleague = make_user("Counter")
    stock.reserve([(shelf.pk, 4)], cause="K7QX4TZ9AB")
    stock.consume([(shelf.pk, 4)], cause="K7QX4TZ9AB")
    stock.take_back([(shelf.pk, 3)], cause="K7QX4TZ9AB", actor=colleague, reason="wrong size")
    assert numbers(shelf) == (9, 0)
    movement = Movement.objects.of(shelf).first()
    assert (movement.kind, movement.in_stock_change, movement.in_stock_after) == ("returned", 3, 9)
    assert (movement.cause, movement.reason) == ("K7QX4TZ9AB", "wrong size")
    assert movement.actor == colleague


NO_QUANTITIES = [0, -1, 1.5, True, "2", None, MOST_STEPS + 1]


@pytest.mark.parametrize("steps", NO_QUANTITIES)
@pytest.mark.parametrize(
    "verb", [stock.reserve, stock.release, stock.consume, stock.receive, stock.take_back]
)
def test_what_is_no_quantity_is_refused_and_nothing_is_booked(verb, steps, shelf):
    stock.reserve([(shelf.pk, 5)], cause="held")
    with pytest.raises(NotAQuantity), transaction.atomic():
        verb([(shelf.pk, 1), (shelf.pk, steps)], cause="nonsense")
    assert numbers(shelf) == (10, 5)
    assert not Movement.objects.filter(cause="nonsense").exists()


@pytest.mark.parametrize("change", [0, MOST_STEPS + 1, -MOST_STEPS - 2])
def test_an_adjustment_by_no_quantity_is_refused(change, shelf):
    with pytest.raises(NotAQuantity), transaction.atomic():
        stock.adjust(shelf, change, reason="nonsense")
    assert numbers(shelf) == (10, 0)


def test_a_shelf_holds_no_more_than_its_column(shelf):
    full = MOST_STEPS - 10
    with pytest.raises(NotAQuantity, match="more than the shop can count"), transaction.atomic():
        stock.receive([(shelf.pk, full), (shelf.pk, 1)])
    with pytest.raises(NotAQuantity, match="more than the shop can count"), transaction.atomic():
        stock.receive([(shelf.pk, MOST_STEPS), (shelf.pk, 1)])
    stock.receive([(shelf.pk, full)])
    assert numbers(shelf) == (MOST_STEPS, 0)


def test_reserving_more_than_any_shelf_holds_is_out_of_stock(shelf):
    stock.reserve([(shelf.pk, 5)], cause="held")
    with pytest.raises(OutOfStock) as refusal, transaction.atomic():
        stock.reserve([(shelf.pk, MOST_STEPS)], cause="all there is")
    assert [(s.asked, s.left) for s in refusal.value.shortages] == [(MOST_STEPS, 5)]


def test_why_a_record_is_what_it_is_is_one_query(shelf, django_assert_num_queries):
    colleague = make_user("Counter")
    stock.reserve([(shelf.pk, 3)], cause="K7QX4TZ9AB")
    stock.adjust(shelf, -2, reason="two broken", actor=colleague)
    with django_assert_num_queries(1):
        story = [(str(m), m.in_stock_before, m.actor) for m in Movement.objects.of(shelf)]
    assert story == [
        ("adjusted -2/+0", 10, colleague),
        ("reserved +0/+3", 10, None),
        ("received +10/+0", 0, None),
    ]
