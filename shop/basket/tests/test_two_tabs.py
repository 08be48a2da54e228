"""One basket in two hands: another tab, a checkout, a payment that fails, a login."""

from functools import partial
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing

from shop.basket import contents, identity
from shop.basket.models import Basket, Line
from shop.checkout.place_order import BasketChanged, place_order
from shop.order.models import Order, Status
from shop.payment import settlement
from shop.testing.factories import (
    BAD_CARD,
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def tea(here):
    return offer(make_product(title="Tea"), here).product


@pytest.fixture
def mug(here):
    return offer(make_product(title="Mug"), here).product


@pytest.fixture
def shopper():
    return make_user()


def in_another_tab(basket):
    return Basket.objects.select_related("location").get(pk=basket.pk)


def request_of(user, basket):
    """A request of somebody whose browser still has the cookie of a guest's basket."""
    cookie = signing.dumps(basket.pk, salt=identity.SALT)
    return SimpleNamespace(user=user, COOKIES={identity.COOKIE: cookie}, location=basket.location)


def titles(basket):
    return sorted(line.product.title for line in Line.objects.filter(basket=basket))


@pytest.mark.django_db
def test_what_is_added_where_another_tab_moved_the_basket_has_that_locations_price(here, tea, mug):
    there = make_location(currency="CHF")
    for product in (tea, mug):
        offer(product, there, price="9.00")
    basket = make_basket(here, (tea, 1))
    stale = in_another_tab(basket)
    contents.move_to(basket, there)
    contents.add(stale, mug, 1)
    lines = Line.objects.filter(basket=basket).select_related("stockrecord")
    assert {(line.stockrecord.partner_id, line.price_currency) for line in lines} == {
        (there.pk, "CHF")
    }
    assert stale.location == there


@on_committed_rows
def test_what_a_failed_payment_brings_back_is_not_lost_in_a_basket_ordered_meanwhile(
    here, tea, mug, shopper
):
    failing = make_order(here, (tea, 1), user=shopper, payment=BAD_CARD)
    meanwhile = make_basket(here, (mug, 1), user=shopper)
    order = partial(place_order, meanwhile, CONTACT, GOOD_CARD, user=shopper)
    collect = partial(settlement.collect, failing.payments.get())
    placed, _collected = overlapping(order, collect)
    assert titles(placed.basket) == ["Mug"]
    assert titles(Basket.open.get(owner=shopper)) == ["Tea"]


@on_committed_rows
def test_a_guest_too_finds_it_behind_a_basket_ordered_meanwhile(here, tea, mug):
    failing = make_order(here, (tea, 1), payment=BAD_CARD)
    meanwhile = Basket.objects.create(location=here, predecessor=failing.basket)
    contents.add(meanwhile, mug, 1)
    order = partial(place_order, meanwhile, CONTACT, GOOD_CARD)
    placed, _collected = overlapping(order, partial(settlement.collect, failing.payments.get()))
    assert titles(placed.basket) == ["Mug"]
    assert titles(placed.basket.successor) == ["Tea"]


@pytest.mark.django_db
@pytest.mark.parametrize("went_on", [True, False])
@pytest.mark.parametrize("has_basket", [True, False])
def test_a_failed_payment_of_a_guest_who_signed_in_brings_it_back_to_the_account(
    here, tea, mug, shopper, went_on, has_basket
):
    failing = make_order(here, (tea, 1), payment=BAD_CARD)
    basket = failing.basket
    if went_on:
        basket = Basket.objects.create(location=here, predecessor=failing.basket)
        contents.add(basket, mug, 1)
    if has_basket:
        make_basket(here, (mug, 1), user=shopper)
    identity.open_basket(request_of(shopper, basket))
    settlement.collect(failing.payments.get())
    expected = ["Mug", "Tea"] if went_on or has_basket else ["Tea"]
    assert titles(Basket.open.get(owner=shopper)) == expected


@pytest.mark.django_db
def test_a_payment_fails_though_its_account_and_basket_are_gone(here, tea, shopper):
    failing = make_order(here, (tea, 1), user=shopper, payment=BAD_CARD)
    shopper.delete()
    settlement.collect(failing.payments.get())
    failing.refresh_from_db()
    assert failing.status == Status.CANCELLED
    assert_invariants()


@pytest.mark.django_db
def test_what_a_failed_payment_brings_back_follows_a_shopper_to_another_location(
    here, tea, mug, shopper
):
    there = make_location()
    offer(tea, there, price="9.00")
    honey = offer(make_product(title="Honey"), there).product
    failing = make_order(here, (tea, 2), (mug, 1), user=shopper, payment=BAD_CARD)
    make_basket(there, (honey, 1), user=shopper)
    settlement.collect(failing.payments.get())
    basket = Basket.open.get(owner=shopper)
    assert titles(basket) == ["Honey", "Tea"]
    assert {line.stockrecord.partner_id for line in basket.lines.all()} == {there.pk}


@on_committed_rows
def test_what_a_guest_brings_along_is_not_lost_in_a_basket_ordered_meanwhile(
    here, tea, mug, shopper
):
    guests, meanwhile = make_basket(here, (tea, 1)), make_basket(here, (mug, 1), user=shopper)
    order = partial(place_order, meanwhile, CONTACT, GOOD_CARD, user=shopper)
    sign_in = partial(identity.open_basket, request_of(shopper, guests))
    placed, mine = overlapping(order, sign_in)
    assert titles(placed.basket) == ["Mug"]
    assert titles(mine) == ["Tea"]


@on_committed_rows
def test_a_guest_signs_in_while_the_account_fills_a_first_basket_elsewhere(here, tea, mug, shopper):
    guests = make_basket(here, (tea, 1))
    phone = Basket(owner=shopper, location=here)
    add = partial(contents.add, phone, mug, 1)
    sign_in = partial(identity.open_basket, request_of(shopper, guests))
    _line, mine = overlapping(add, sign_in)
    assert titles(mine) == ["Mug", "Tea"]


@on_committed_rows
def test_requests_that_bring_a_guests_basket_along_at_once_bring_it_once(here, tea, mug, shopper):
    guests = make_basket(here, (tea, 2))
    make_basket(here, (mug, 1), user=shopper)
    sign_in = [partial(identity.open_basket, request_of(shopper, guests)) for _tab in range(4)]
    mine = race(*sign_in)
    assert mine == [Basket.open.get(owner=shopper)] * 4
    assert titles(mine[0]) == ["Mug", "Tea"]


@on_committed_rows
def test_a_guest_who_signs_in_while_ordering_orders_once(here, tea, shopper):
    guests = make_basket(here, (tea, 1))
    order = partial(place_order, guests, CONTACT, GOOD_CARD)
    placed, mine = overlapping(
        order, partial(identity.open_basket, request_of(shopper, in_another_tab(guests)))
    )
    assert Order.objects.get() == placed
    assert mine.num_lines == 0
    with pytest.raises(contents.BasketGone):
        contents.add(in_another_tab(guests), tea, 1)


@pytest.mark.django_db
def test_a_basket_that_was_brought_along_cannot_be_ordered_any_more(here, tea, shopper):
    guests = make_basket(here, (tea, 1))
    make_basket(here, (tea, 3), user=shopper)
    identity.open_basket(request_of(shopper, guests))
    with pytest.raises(BasketChanged):
        place_order(in_another_tab(guests), CONTACT, GOOD_CARD, user=shopper)


@pytest.mark.django_db
def test_a_stranger_finds_no_basket(here, tea, shopper):
    basket = make_basket(here, (tea, 1), user=shopper)
    assert identity.open_basket(request_of(AnonymousUser(), basket)).pk is None
    assert identity.open_basket(request_of(make_user(), basket)).pk is None
