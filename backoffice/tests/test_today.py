"""The first page: each figure is the length of the list behind it, and takings are a day's own."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db.models import Sum
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from backoffice.takings import takings_of
from shop.mail.models import Letter
from shop.order.models import Order
from shop.payment import attention
from shop.payment.models import Payment, PaymentStatus, Refund
from shop.reconciliation.models import ReconcileRun
from shop.testing.factories import make_location, make_order, make_product, offer
from tasks.models import OutboxMessage

pytestmark = pytest.mark.django_db

TODAY = reverse("admin:index")


def figures_on(page):
    return [*page.context["figures"], *page.context["attention"]]


@pytest.fixture
def busy_day(place, elsewhere, jar):
    """Something of everything that has a figure; the other location has its own."""
    place(paid=True)
    late = place(paid=True)
    Order.objects.filter(pk=late.pk).update(promised_at=timezone.now() - timedelta(hours=1))
    place(ready=True)
    open_order, other = place(), place()
    Payment.objects.filter(order=open_order).update(created_at=Now() - timedelta(hours=1))
    Payment.objects.filter(order=other).update(held_amount=7, held_currency="EUR")
    Payment.objects.filter(order=late).update(refunded=1)
    Refund.objects.create(payment=late.payments.get(), amount=1, status="failed")
    failed = place().payments
    failed.update(status=PaymentStatus.FAILED, settled_at=timezone.now())
    offer(jar, elsewhere, in_stock=1, low_stock_threshold=2)
    make_order(elsewhere, (jar, 1))
    Letter.objects.filter(order=late).update(sent_at=None, failure="SMTPError 550")
    OutboxMessage.objects.filter(subject=late.pk, effect="issue_invoice").update(
        may_pass=False, failure="builtins.ValueError"
    )


@pytest.mark.parametrize("role", ["owner", "desk", "keeper", "counter", "seller", "support"])
def test_each_figure_is_the_length_of_its_list(role, busy_day, signed_in, request):
    client = signed_in(request.getfixturevalue(role))
    page = client.get(TODAY)
    counted = 0
    for figure in figures_on(page):
        listed = client.get(figure.address)
        assert listed.status_code == 200, figure.address
        if isinstance(figure.value, int) and "cl" in (listed.context or {}):
            assert listed.context["cl"].queryset.count() == figure.value, figure.address
            counted += figure.value
    assert role in ("keeper", "seller") or counted


def test_an_owner_sees_that_every_figure_has_something(busy_day, owner, signed_in):
    figures = figures_on(signed_in(owner).get(TODAY))
    empty = {str(figure.title) for figure in figures if not figure.value}
    assert empty == {"Rows that break a rule"}


def test_a_figure_is_of_ones_own_locations(busy_day, stranger, signed_in):
    values = [figure.value for figure in figures_on(signed_in(stranger).get(TODAY))]
    assert values == [0, 0, 0]


def test_the_page_names_nobody_and_asks_as_much_whatever_there_is(
    busy_day, place, owner, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    client.get(TODAY)
    for _size in range(2):
        with django_assert_max_num_queries(40) as counted:
            client.get(TODAY)
        asked.append(len(counted))
        for _order in range(4):
            place(steps=1, paid=True)
    assert len(set(asked)) == 1


def test_takings_are_those_of_the_day_at_the_location(owner, signed_in):
    """Where the day began an hour ago, what came two hours ago is yesterday's."""
    now = timezone.now()
    zone = f"Etc/GMT{now.hour - 1:+d}" if now.hour < 13 else f"Etc/GMT{now.hour - 25:+d}"
    lisbon = make_location(name="Magpie Young Day", timezone=zone)
    record = offer(make_product(), lisbon, price="10.00", in_stock=50)
    moments = {
        "now": timedelta(minutes=1),
        "yesterday": timedelta(hours=2),
        "week": timedelta(days=7, minutes=5),
        "later that day": timedelta(days=6, hours=20),
    }
    for before in moments.values():
        order = make_order(lisbon, (record.product, 1))
        Payment.objects.filter(order=order).update(
            status=PaymentStatus.SUCCEEDED, settled_at=now - before
        )
    [takings] = takings_of(owner)
    assert takings.total == Decimal(10)
    assert takings.by_now == Decimal(10)
    assert sum(takings.week_ago.values()) == Decimal(20)
    assert set(takings.today) <= {0, 1}
    listed = signed_in(owner).get(takings.address).context["cl"].queryset
    assert listed.aggregate(sum=Sum("amount"))["sum"] == takings.total


def test_what_came_on_top_is_no_taking(place, owner):
    place(paid=True)
    Payment.objects.update(surplus=True)
    assert [takings.total for takings in takings_of(owner)] == [0]
    assert not attention.taken(Payment.objects).exists()


def test_a_quiet_day_says_what_to_do(owner, here, signed_in):
    page = signed_in(owner).get(TODAY).content.decode()
    assert "All paid orders are ready" in page
    assert "Count a shelf" in page
    assert "Nothing was taken today" in page


def test_the_last_look_over_the_rules_counts(owner, here, signed_in):
    ReconcileRun.objects.create(drifts=3, corrected=1, ended_at=timezone.now())
    figures = figures_on(signed_in(owner).get(TODAY))
    [broken] = [figure for figure in figures if figure.title == "Rows that break a rule"]
    assert broken.value == 2
    assert urlsplit(broken.address).path == reverse("health")
