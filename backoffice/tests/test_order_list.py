"""How an order reads in the list: how much time its promise leaves, by the location's clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.formats import span
from backoffice.order_list import against_promise
from shop.order.models import Order, Status
from shop.payment.cancellation import cancel_order

pytestmark = pytest.mark.django_db

LIST = reverse("admin:order_order_changelist")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (25, "25 min"),
        (60, "1 h 00"),
        (70, "1 h 10"),
        (1440, "1 d 0 h"),
        (3060, "2 d 3 h"),
    ],
)
def test_a_span_is_as_long_as_one_says_it(minutes, said):
    assert span(timedelta(minutes=minutes, seconds=59)) == said


@pytest.mark.parametrize(
    ("minutes", "said", "tone"),
    [(25, "due in 25 min", "warn"), (120, "due in 2 h 00", ""), (-70, "late by 1 h 10", "bad")],
)
def test_a_paid_order_tells_how_much_time_is_left(place, minutes, said, tone):
    order, now = place(paid=True), timezone.now()
    order.promised_at = now + timedelta(minutes=minutes)
    badge = against_promise(order, now)
    assert said in badge
    assert f"office-badge {tone}" in badge


def test_what_is_ready_tells_the_moment_and_what_is_called_off_nothing(place, here, owner):
    here.timezone = "Asia/Tokyo"
    here.save()
    order = Order.objects.select_related("location").get(pk=place(ready=True).pk)
    order.promised_at = order.promised_at.replace(month=6, day=1, hour=20, minute=5)
    assert against_promise(order) == "2 Jun, 05:05"
    cancel_order(order, actor=owner, reason="")
    order.refresh_from_db()
    assert (order.status, against_promise(order)) == (Status.CANCELLED, "")


def test_the_presets_above_the_list_narrow_it(place, desk, signed_in):
    paid, _unpaid, ready = place(paid=True), place(), place(ready=True)
    late = place(paid=True)
    Order.objects.filter(pk=late.pk).update(promised_at=timezone.now() - timedelta(hours=1))
    client = signed_in(desk)
    shown = {}
    for view in client.get(LIST).context["views"]["shown"]:
        rows = client.get(LIST + view["address"]).context["cl"].queryset
        shown[str(view["name"])] = set(rows.values_list("pk", flat=True))
    assert shown["To make ready"] == {paid.pk, late.pk}
    assert (shown["Late"], shown["To be collected"]) == ({late.pk}, {ready.pk})
