"""Promo codes, locations, the first page, the door, and the way around."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from shop.locations.models import Location, OpeningHours
from shop.voucher.making import make_promo_code, terms_of
from shop.voucher.models import Voucher

pytestmark = pytest.mark.django_db

ADD_CODE = reverse("admin:voucher_voucher_add")


def code_form(**values):
    return {
        "code": "shiny5",
        "name": "Five off",
        "kind": "fixed",
        "value": "5",
        "min_total": "30",
        "currency": "EUR",
        "max_uses": "50",
        "start_datetime_0": "2026-01-01",
        "start_datetime_1": "00:00",
        "end_datetime_0": "2036-01-01",
        "end_datetime_1": "00:00",
    } | values


def test_a_promo_code_is_made_in_one_form(owner, here, signed_in):
    assert signed_in(owner).post(ADD_CODE, code_form()).status_code == 302
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.max_uses) == ("SHINY5", 50)
    assert str(terms_of(voucher)) == "5 off orders of 30 or more"


def test_what_a_promo_code_cannot_be_is_said(owner, here, signed_in):
    client = signed_in(owner)
    client.post(ADD_CODE, code_form())
    for values, sentence in (
        ({}, "There is a promo code like this already."),
        ({"code": "A B"}, "A code has up to 64 letters, digits, - and _, and no spaces."),
        ({"code": "X", "currency": ""}, "Say what currency the amount is in."),
        ({"code": "X", "currency": "XAU"}, "No location sells in this currency."),
        ({"code": "X", "kind": "percent", "value": "101"}, "No more than 100 % can be taken off."),
    ):
        answer = client.post(ADD_CODE, code_form(**values))
        assert sentence in str(answer.context["errors"])
    assert Voucher.objects.count() == 1


def test_a_code_is_changed_without_touching_its_uses(owner, here, signed_in):
    client = signed_in(owner)
    client.post(ADD_CODE, code_form())
    Voucher.objects.update(num_orders=3)
    page = reverse("admin:voucher_voucher_change", args=[Voucher.objects.get().pk])
    answer = client.post(page, code_form(max_uses="2"))
    assert "It has been used 3 times." in str(answer.context["errors"])
    client.post(page, code_form(kind="percent", value="10", min_total=""))
    voucher = Voucher.objects.get()
    assert str(terms_of(voucher)) == "10 % off any order"
    assert (voucher.code, voucher.num_orders) == ("SHINY5", 3)


def test_the_list_says_what_codes_do_and_where_they_stand(
    owner, signed_in, django_assert_max_num_queries
):
    now, day = timezone.now(), timedelta(days=1)
    client, asked = signed_in(owner), []
    dates = {
        "ON": (now - day, now + day),
        "OVER": (now - 2 * day, now - day),
        "SOON": (now + day, now + 2 * day),
    }
    for code, (starts, ends) in dates.items():
        make_promo_code(code, code, "percent", 10, starts_at=starts, ends_at=ends)
        with django_assert_max_num_queries(30) as counted:
            page = client.get(reverse("admin:voucher_voucher_changelist")).content.decode()
        asked.append(len(counted))
    for said in ("10 % off any order", "active", "expired", "not yet"):
        assert said in page
    assert len(set(asked)) == 1


def test_a_location_is_opened_with_its_hours(owner, signed_in):
    form = {
        "name": "Magpie Alfama",
        "is_active": "on",
        "street": "Rua 1",
        "city": "Lisbon",
        "country": "PT",
        "currency": "EUR",
        "vat_rate": "0.23",
        "timezone": "Europe/Lisbon",
        "preparation_minutes": "30",
        "hours-TOTAL_FORMS": "1",
        "hours-INITIAL_FORMS": "0",
        "hours-0-weekday": "0",
        "hours-0-opens": "08:00",
        "hours-0-closes": "20:00",
        "closed_days-TOTAL_FORMS": "0",
        "closed_days-INITIAL_FORMS": "0",
        "delivers": "on",
        "last_orders_at": "18:00",
        "uncollected_policy": "keep",
        "delivery_rates-TOTAL_FORMS": "1",
        "delivery_rates-INITIAL_FORMS": "0",
        "delivery_rates-0-country": "PT",
        "delivery_rates-0-name": "Standard",
        "delivery_rates-0-up_to_grams": "",
        "delivery_rates-0-price": "4.90",
    }
    assert signed_in(owner).post(reverse("admin:locations_location_add"), form).status_code == 302
    location = Location.objects.get()
    assert (location.currency, location.hours.count()) == ("EUR", 1)
    assert (location.delivers, location.delivery_rates.get().price) == (True, Decimal("4.90"))
    assert (location.last_orders_at, location.uncollected_policy) == (time(18), "keep")
    assert location.waiting_days == settings.PICKUP_DAYS


@pytest.mark.parametrize(
    ("opens", "closes"), [("20:00", "02:00"), ("20:00", "20:00"), ("20:00", "00:00")]
)
def test_no_window_reaches_past_midnight(opens, closes, here, owner, signed_in):
    window = OpeningHours(location=here, weekday=0, opens=opens, closes=closes)
    with pytest.raises(ValidationError, match="For hours past midnight, close at 23:59"):
        window.full_clean()


def figures(client):
    page = client.get(reverse("admin:index"))
    return {str(figure.title): str(figure.value) for figure in page.context["figures"]}


def test_the_first_page_counts_what_waits_here(place, record, owner, counter, stranger, signed_in):
    place(1, ready=True, actor=owner)
    place(2, paid=True)
    place(13)
    assert figures(signed_in(owner)) == {
        "To make ready": "1",
        "Late": "0",
        "Ready, uncollected": "1",
        "Low stock": "1",
        "Sold out": "0",
    }
    assert figures(signed_in(counter))["To make ready"] == "1"
    assert set(figures(signed_in(stranger)).values()) == {"0"}


def test_every_figure_leads_to_its_list(place, owner, signed_in):
    place(2, paid=True)
    client = signed_in(owner)
    for figure in client.get(reverse("admin:index")).context["figures"]:
        assert client.get(figure.address).status_code == 200


def test_the_first_page_asks_the_same_of_the_database_for_more_orders(
    place, owner, signed_in, django_assert_max_num_queries
):
    client, asked = signed_in(owner), []
    for more in (1, 4):
        for _ in range(more):
            place(1, paid=True)
        with django_assert_max_num_queries(30) as counted:
            client.get(reverse("admin:index"))
        asked.append(len(counted))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("name", ["counter", "COUNTER", "front@magpie.example"])
def test_the_door_opens_to_either_name(name, counter, client):
    counter.email = "front@magpie.example"
    counter.save()
    door = client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0]
    answer = client.post(door, {"login": name, "password": "a-good-password"})
    assert answer.status_code == 302
    assert answer["Location"] == "/backoffice/"


def test_the_way_around_shows_what_one_may_open(counter, place, signed_in):
    page = signed_in(counter).get(reverse("admin:index"))
    titles = [
        str(item["title"]) for area in page.context["sidebar_navigation"] for item in area["items"]
    ]
    assert titles == ["Today", "Orders", "Pickup counter", "The shop's pages", "API"]
