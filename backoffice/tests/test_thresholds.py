"""Thresholds for many at once, and the levels that products are filtered by."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.inventory.models import LowStockAlert
from shop.testing.factories import make_product, offer

pytestmark = pytest.mark.django_db

STOCK = reverse("admin:partner_stockrecord_changelist")
PRODUCTS = reverse("admin:catalogue_product_changelist")


def chosen(*rows, **values):
    return {"action": "call_low_below", "_selected_action": [row.pk for row in rows]} | values


def set_to(below, *rows):
    return chosen(*rows, low_below=below, agreed="1")


def threshold(record):
    record.refresh_from_db()
    return record.low_stock_threshold


@pytest.fixture
def apples(here):
    goods = make_product(title="Apples", unit="kg", step=Decimal("0.25"))
    return offer(goods, here, in_stock=4)


def test_it_is_asked_before_it_is_set(keeper, record, apples, signed_in):
    shown = signed_in(keeper).post(STOCK, chosen(record, apples)).content.decode()
    assert "Set the thresholds of 2 stocks" in shown
    assert "Quince jelly" in shown
    assert threshold(apples) is None


def test_each_is_low_below_it_in_its_own_unit(keeper, record, apples, signed_in):
    signed_in(keeper).post(STOCK, set_to("2", record, apples))
    assert (threshold(record), threshold(apples)) == (2, 8)
    assert LowStockAlert.objects.get().stockrecord == apples


def test_an_empty_threshold_calls_nothing_low(keeper, record, apples, signed_in):
    client = signed_in(keeper)
    client.post(STOCK, set_to("2", apples))
    client.post(STOCK, set_to("", record, apples))
    assert (threshold(record), threshold(apples)) == (None, None)
    assert LowStockAlert.objects.get().closed_at


@pytest.mark.parametrize("typed", ["0.3", "-1", "x", "NaN", "9" * 20])
def test_what_fits_one_product_only_is_set_for_none(typed, keeper, record, apples, signed_in):
    answer = signed_in(keeper).post(STOCK, set_to(typed, record, apples))
    assert answer.context["form"].errors
    assert (threshold(record), threshold(apples)) == (5, None)


def test_products_are_set_at_ones_own_locations(owner, keeper, record, elsewhere, signed_in):
    there = offer(record.product, elsewhere, low_stock_threshold=1)
    signed_in(keeper).post(PRODUCTS, set_to("7", record.product))
    assert (threshold(record), threshold(there)) == (7, 1)
    signed_in(owner).post(PRODUCTS, set_to("8", record.product))
    assert (threshold(record), threshold(there)) == (8, 8)


def test_another_locations_stock_is_not_set(record, elsewhere, stranger, promotions, signed_in):
    signed_in(stranger).post(STOCK, set_to("7", record))
    signed_in(promotions).post(PRODUCTS, set_to("7", record.product))
    assert threshold(record) == 5


@pytest.mark.parametrize(
    ("level", "found"),
    [
        ("low", {"Low"}),
        ("out", {"Out"}),
        ("oversupplied", {"Plenty"}),
        ("reserved", {"Quince jelly"}),
    ],
)
def test_products_are_filtered_by_the_level_of_ones_own_stock(
    level, found, keeper, here, elsewhere, place, signed_in
):
    for title, values in {
        "Low": {"in_stock": 3, "low_stock_threshold": 9},
        "Out": {"in_stock": 0},
        "Plenty": {"in_stock": 31, "low_stock_threshold": 3},
    }.items():
        offer(make_product(title=title), here, **values)
        offer(make_product(title=f"{title} elsewhere"), elsewhere, **values)
    place(1)
    rows = signed_in(keeper).get(PRODUCTS, {"level": level}).context["cl"].result_list
    assert {product.title for product in rows} == found


def test_a_product_says_at_how_many_places_it_is_short(owner, jar, here, elsewhere, signed_in):
    offer(jar, here, in_stock=0, low_stock_threshold=5)
    offer(jar, elsewhere, in_stock=2, low_stock_threshold=5)
    shown = signed_in(owner).get(PRODUCTS).content.decode()
    assert "out at 1" in shown
    assert "low at 1" in shown


def test_more_rows_ask_the_same_of_the_database(
    owner, here, signed_in, django_assert_max_num_queries
):
    client, asked, records = signed_in(owner), [], []
    for more in (1, 6):
        records += [offer(make_product(), here) for _each in range(more)]
        with django_assert_max_num_queries(40) as counted:
            client.post(STOCK, set_to("20", *records), follow=True)
        asked.append(len(counted))
    assert asked[0] == asked[1]
