import pytest

from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import write_review
from shop.order import lifecycle
from shop.order.bought import has_bought, marking_buyers
from shop.order.models import Ending
from shop.payment import settlement
from shop.testing.factories import make_location, make_order, make_product, make_user, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_location()


@pytest.fixture
def tea(place):
    return offer(make_product(), place).product


def order(place, product, user, *, paid):
    order = make_order(place, (product, 1), user=user)
    if paid:
        settlement.collect(order.payments.get())
    else:
        lifecycle.cancel(order, ending=Ending.BY_SHOPPER)


def test_bought_is_what_was_paid(place, tea):
    buyer, undecided, stranger = make_user(), make_user(), make_user()
    order(place, tea, buyer, paid=True)
    order(place, tea, undecided, paid=False)
    for user in (buyer, undecided, stranger):
        write_review(tea, user, score=4, title="Tea", body="It is tea.")

    marked = marking_buyers(ProductReview.objects.all())

    assert [review.user for review in marked if review.is_bought] == [buyer]
    assert has_bought(buyer, tea)
    assert not has_bought(undecided, tea)
    assert not has_bought(buyer, make_product())
