import pytest

from shop.testing.factories import make_product, make_user
from shop.testing.races import on_committed_rows, overlapping
from shop.wishlists.models import Line, WishList
from shop.wishlists.wishes import add_to_wishlist, is_wished, remove_from_wishlist, wishes_of


@pytest.fixture
def shopper(db):
    return make_user()


@pytest.fixture
def stranger(db):
    return make_user()


@pytest.fixture
def tea(db):
    return make_product(title="Tea")


def wished(user):
    return [line.product.title for line in wishes_of(user)]


def test_a_wish_stands_in_the_list_once_and_the_latest_one_first(shopper, stranger, tea):
    assert add_to_wishlist(shopper, tea)
    assert not add_to_wishlist(shopper, tea)
    add_to_wishlist(shopper, make_product(title="Mug"))

    assert wished(shopper) == ["Mug", "Tea"]
    assert is_wished(shopper, tea)
    assert wished(stranger) == []


def test_a_wish_is_taken_back_by_its_owner_alone(shopper, stranger, tea):
    add_to_wishlist(shopper, tea)

    assert not remove_from_wishlist(stranger, tea)
    assert wished(shopper) == ["Tea"]
    assert remove_from_wishlist(shopper, tea)
    assert not remove_from_wishlist(shopper, tea)
    assert wished(shopper) == []


def test_what_was_withdrawn_is_no_longer_shown(shopper, tea):
    add_to_wishlist(shopper, tea)
    tea.is_public = False
    tea.save()

    assert wished(shopper) == []


@on_committed_rows
def test_two_taps_at_once_are_one_wish(shopper, tea):
    def tap():
        return add_to_wishlist(shopper, tea)

    assert sorted(overlapping(tap, tap)) == [False, True]
    assert (WishList.objects.count(), Line.objects.count()) == (1, 1)
