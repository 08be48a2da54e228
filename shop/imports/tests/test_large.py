"""Large tables: queries grow by batches, and a turn that comes to life again does nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue import changes
from shop.catalogue.models import Product, ProductsChange
from shop.imports import arriving, steps, turns
from shop.imports.models import Import, Kind, Stage, Turn
from shop.imports.tests.tables import as_csv, check, confirm, undo, worked
from shop.inventory.models import Movement
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.worker import WorkFailed
from shop.voucher.models import Voucher

pytestmark = pytest.mark.django_db

COLUMNS = ("SKU", "Name", "Price", "In stock")
CODES = ("Code", "Name", "Takes", "How much", "Valid from (UTC)", "Valid until (UTC)")


@pytest.fixture
def here():
    return make_location(code="here")


@pytest.fixture
def owner():
    return make_user("Owner", username="owner")


def rows(name, count):
    return [(f"{name}-{n}", f"{name} number {n}", "2.50", "3") for n in range(count)]


def take_turns(an_import):
    an_import.refresh_from_db()
    while an_import.is_at_work:
        turns.take(Turn.objects.filter(of=an_import).last().pk)
        an_import.refresh_from_db()


def queries(action):
    with CaptureQueriesContext(connection) as asked:
        action()
    return len(asked)


def test_two_thousand_rows_ask_by_batches(owner, here):
    def bring(name, count):
        arrived = arriving.receive(Kind.PRODUCTS, as_csv(COLUMNS, *rows(name, count)), author=owner)
        steps.check(arrived, arriving.suggestion(arrived), here, actor=owner)
        checked = queries(lambda: take_turns(arrived))
        steps.book(arrived, actor=owner)
        return arrived, checked, queries(lambda: take_turns(arrived))

    _one, checked, booked = bring("ONE", 500)
    four, checked_of_four, booked_of_four = bring("FOUR", 2_000)
    assert four.rows.filter(fate="booked").count() == 2_000
    assert Movement.objects.filter(cause=four.number).count() == 2_000
    assert checked_of_four - checked < 3 * 20
    # Five announcements of a hundred products each come with every batch.
    assert booked_of_four - booked < 3 * 60
    assert_invariants()


def test_two_thousand_promo_codes_are_written_in_a_few_statements(owner, here):
    def bring(name, count):
        when = ("2026-09-01", "2026-12-01")
        lines = [(f"{name}{n}", f"{name} no. {n}", "percent", "10", *when) for n in range(count)]
        checked = check(Kind.PROMO_CODES, as_csv(CODES, *lines), owner)
        steps.book(checked, actor=owner)
        return queries(lambda: take_turns(checked))

    booked, booked_of_four = bring("ONE", 500), bring("FOUR", 2_000)
    assert Voucher.objects.filter(code__startswith="FOUR", offers__locations=None).count() == 2_000
    assert booked_of_four - booked < 3 * 60


def test_pages_of_many_products_ask_for_a_row_each_and_no_more(owner, here):
    def pages_of(name, count):
        file = as_csv(COLUMNS[:2], *(row[:2] for row in rows(name, count)))
        checked = check(Kind.PRODUCTS, file, owner)
        steps.book(checked, actor=owner)
        take_turns(checked)
        [change] = ProductsChange.objects.all()
        return queries(lambda: changes.tell(change.pk))

    few, many = pages_of("F", 10), pages_of("M", 60)
    assert many - few <= 50 + 2
    assert Product.objects.filter(upc__startswith="M-", page__live=True).count() == 60


def test_an_outdated_turn_and_a_second_one_at_once_book_nothing_twice(owner, here):
    record = offer(make_product(upc="A-1"), here, in_stock=1)
    file = as_csv(("SKU", "In stock"), ("A-1", "5"))
    checked = check(Kind.STOCK, file, owner, here)
    steps.book(checked, actor=owner)
    first = Turn.objects.last()
    again = Turn.objects.create(of=checked)
    turns.take(first.pk)
    record.refresh_from_db()
    assert record.num_in_stock == 1
    turns.take(again.pk)
    turns.take(again.pk)
    record.refresh_from_db()
    assert record.num_in_stock == 5
    assert Movement.objects.filter(cause=checked.number).count() == 1


def test_a_long_stage_takes_several_turns(owner, here, monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", 0)
    monkeypatch.setattr("shop.imports.checking.BATCH", 2)
    monkeypatch.setattr("shop.imports.booking.BATCH", 2)
    monkeypatch.setattr("shop.imports.undoing.BATCH", 2)
    booked = confirm(check(Kind.PRODUCTS, as_csv(COLUMNS, *rows("T", 5)), owner, here), owner)
    assert booked.rows.filter(fate="booked").count() == 5
    assert Turn.objects.filter(of=booked).count() > 4
    assert undo(booked, owner).rows.filter(fate="undone").count() == 5


def test_whoever_waits_is_told_that_work_broke_until_it_goes_on(owner, here, monkeypatch):
    checked = check(Kind.PRODUCTS, as_csv(COLUMNS, *rows("B", 2)), owner, here)
    with monkeypatch.context() as broken:
        broken.setattr("shop.imports.booking.BATCH", "many")
        with pytest.raises(WorkFailed):
            confirm(checked, owner)
    checked.refresh_from_db()
    assert (checked.stage, checked.failure) == (
        Stage.BOOKING,
        "Something broke on our side. It is tried again soon.",
    )

    booked = worked(checked)
    assert (booked.stage, booked.failure) == (Stage.BOOKED, "")


def test_a_file_is_deleted_when_nothing_more_is_read_from_it(owner, here):
    checked = check(Kind.PRODUCTS, as_csv(COLUMNS, *rows("D", 1)), owner, here)
    storage, name = checked.file.storage, checked.file.name
    assert storage.exists(name)
    confirm(checked, owner)
    assert not storage.exists(name)


def test_what_nobody_confirms_is_discarded(owner, here):
    checked = check(Kind.PRODUCTS, as_csv(COLUMNS, *rows("D", 1)), owner, here)
    assert arriving.discard_forgotten() == 0
    Import.objects.update(created_at="2020-01-01T00:00Z")
    assert arriving.discard_forgotten() == 1
    checked.refresh_from_db()
    assert (checked.stage, checked.rows.count(), bool(checked.file)) == ("discarded", 0, False)
    with pytest.raises(steps.NotNow):
        steps.book(checked, actor=owner)


def test_rows_are_kept_for_as_long_as_an_import_can_be_undone(owner, here):
    old, young = [
        confirm(check(Kind.PRODUCTS, as_csv(COLUMNS, *rows(name, 2)), owner, here), owner)
        for name in ("OLD", "YOUNG")
    ]
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert (arriving.close_old(), arriving.close_old()) == (1, 0)

    old.refresh_from_db()
    assert (old.stage, old.rows.count(), young.rows.count()) == (Stage.CLOSED, 0, 2)
    assert Product.objects.filter(upc__startswith="OLD-").count() == 2
    with pytest.raises(steps.NotNow):
        steps.undo(old, actor=owner)
