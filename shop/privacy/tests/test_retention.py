"""Contacts of finished orders go by themselves when the time to keep them is over."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from shop.contacts.models import Contact
from shop.order import lifecycle
from shop.order.models import OrderStatusChange
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment
from shop.privacy import retention
from shop.privacy.models import PrivacyEvent, RetentionPeriod
from shop.privacy.retention import days_kept, decide, erase_old_contacts
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work
from shop.voucher import promo_codes
from shop.voucher.making import make_promo_code
from shop.voucher.models import Voucher, VoucherApplication
from tasks import periodic
from tasks.app import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def buy():
    here, tea = make_location(), make_product()
    offer(tea, here, in_stock=100)

    def buy(*, days_ago, finished=True):
        order = make_order(here, (tea, 1))
        settlement.collect(Payment.objects.get(order=order))
        order.refresh_from_db()
        lifecycle.mark_ready(order, actor=None)
        if finished:
            lifecycle.complete(order)
        do_all_work()
        long_ago(order, days_ago)
        return order

    return buy


def long_ago(order, days):
    steps = OrderStatusChange.objects.filter(order=order)
    steps.update(date_created=F("date_created") - timedelta(days=days))


def kept():
    return set(Contact.objects.values_list("order__number", flat=True))


def command(*args):
    out = StringIO()
    call_command("erase_old_contacts", *args, stdout=out)
    return out.getvalue().strip()


def test_after_the_time_is_over_the_contact_goes_and_the_order_stays(buy, settings):
    settings.CONTACT_RETENTION_DAYS = 30
    old, young = buy(days_ago=31), buy(days_ago=29)

    assert erase_old_contacts() == 1

    assert kept() == {young.number}
    old.refresh_from_db()
    assert old.lines.count() == 1
    assert (PrivacyEvent.objects.get().kind, PrivacyEvent.objects.get().contacts) == (
        "retention",
        1,
    )
    assert_invariants()


def test_an_order_that_is_not_finished_keeps_its_contact_however_old(buy):
    waiting = buy(days_ago=400, finished=False)
    assert erase_old_contacts() == 0
    assert kept() == {waiting.number}


def test_the_time_begins_with_the_last_step(buy):
    order = buy(days_ago=91)
    lifecycle.mark_refunded(order)
    assert erase_old_contacts() == 0


def test_money_on_its_way_back_keeps_the_contact(buy):
    order = buy(days_ago=0, finished=False)
    cancel_order(order, actor=None, reason="")
    long_ago(order, 91)
    assert erase_old_contacts() == 0

    do_all_work()
    long_ago(order, 91)

    assert erase_old_contacts() == 1


def test_a_letter_that_waits_to_be_sent_keeps_the_contact(buy):
    order = buy(days_ago=91)
    order.letters.update(sent_at=None)
    assert erase_old_contacts() == 0


def test_many_go_batch_by_batch_and_a_second_run_finds_nothing(buy, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _number in range(5):
        buy(days_ago=91)

    assert erase_old_contacts() == 5
    assert erase_old_contacts() == 0
    assert list(PrivacyEvent.objects.order_by("pk").values_list("contacts", flat=True)) == [2, 2, 1]


def test_the_command_says_how_many_and_erases_them(buy):
    buy(days_ago=91)
    assert command("--dry-run") == "1 contacts would be erased"
    assert len(kept()) == 1
    assert command() == "1 contacts erased"
    assert kept() == set()


def test_beat_asks_for_it_each_night(buy):
    buy(days_ago=91)
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "tasks.erase_old_contacts" in tasks
    periodic.erase_old_contacts()
    assert kept() == set()


def test_the_last_decision_of_an_owner_holds(settings):
    settings.CONTACT_RETENTION_DAYS = 30
    assert days_kept() == 30
    owner = make_user()
    for days in (60, 45):
        decide(days, actor=owner)
    assert days_kept() == 45


@pytest.mark.parametrize("days", [0, 4000])
def test_the_database_keeps_retention_within_reason(days):
    with pytest.raises(IntegrityError, match="retention_within_reason"):
        RetentionPeriod.objects.create(days=days)


class TestWhoUsedAPromoCode:
    @pytest.fixture
    def use(self, buy):
        """A use of a code that is still good, by a guest whose contact is erased already."""
        order = buy(days_ago=1)
        day = timedelta(days=1)
        dates = {"starts_at": timezone.now() - 9 * day, "ends_at": timezone.now() + day}
        voucher = make_promo_code("ONCE", "Once", "fixed", Decimal(1), **dates)
        promo_codes.claim(order, [voucher], email="ana@quist.example")
        Contact.objects.all().delete()
        return VoucherApplication.objects.get()

    def forgets(self):
        periodic.erase_old_contacts()
        assert_invariants()
        return not VoucherApplication.objects.get().contact_digest

    def ended(self, **ago):
        Voucher.objects.update(end_datetime=timezone.now() - timedelta(**ago))

    def test_is_known_while_it_can_be_used(self, use):
        assert not self.forgets()

    def test_is_known_while_late_money_may_come(self, use):
        self.ended(hours=23)
        assert not self.forgets()

    def test_is_forgotten_when_it_has_ended(self, use):
        self.ended(hours=25)
        assert self.forgets()

    def test_is_forgotten_after_a_year_though_it_never_ends(self, use, settings):
        VoucherApplication.objects.update(date_created=timezone.now() - timedelta(days=366))
        assert self.forgets()

    def test_is_known_as_long_as_the_contact_is(self, use, buy):
        self.ended(hours=25)
        Contact.objects.create(order=use.order, name="Ana", email="ana@quist.example")
        assert not self.forgets()
