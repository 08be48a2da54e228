import pytest

from shop.catalogue.models import Product
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import (
    DuplicateReview,
    rewrite_review,
    withdraw_review,
    write_review,
)
from shop.testing.factories import make_product, make_user
from shop.testing.races import on_committed_rows, overlapping

WORDS = {"title": "Lovely", "body": "Sharp, and it smells of hay."}


@pytest.fixture
def cheese(db):
    return make_product(title="Cheese")


def review(cheese, score, user=None):
    return write_review(cheese, user or make_user(), score=score, **WORDS)


def rating(cheese):
    return Product.objects.get(pk=cheese.pk).rating


def test_a_review_counts_once_somebody_has_read_it(cheese):
    first, second = review(cheese, 5), review(cheese, 2)
    assert first.status == ProductReview.FOR_MODERATION
    assert rating(cheese) is None

    moderation.approve(first)
    assert rating(cheese) == 5
    moderation.approve(second)
    assert rating(cheese) == 3.5


def test_nobody_reviews_a_product_twice(cheese):
    shopper = make_user()
    first = review(cheese, 5, shopper)

    with pytest.raises(DuplicateReview) as refusal:
        review(cheese, 1, shopper)

    assert refusal.value.review == first
    assert ProductReview.objects.get().score == 5


def test_what_is_changed_is_read_again(cheese):
    written = review(cheese, 5)
    moderation.approve(written)

    rewrite_review(written, score=1, title="Not so", body="It was mouldy.")

    written.refresh_from_db()
    assert (written.score, written.title) == (1, "Not so")
    assert written.status == ProductReview.FOR_MODERATION
    assert rating(cheese) is None


def test_what_is_withdrawn_counts_no_more(cheese):
    kept, gone = review(cheese, 4), review(cheese, 1)
    moderation.approve(kept)
    moderation.approve(gone)

    withdraw_review(gone)

    assert rating(cheese) == 4
    assert ProductReview.objects.get() == kept


def test_a_rating_takes_nothing_else_along(cheese):
    written = review(cheese, 4)
    assert written.product.title == "Cheese"
    Product.objects.filter(pk=cheese.pk).update(title="Old cheese")

    moderation.approve(written)
    written.save()

    assert Product.objects.get(pk=cheese.pk).title == "Old cheese"


@on_committed_rows
def test_two_reviews_read_at_once_are_both_counted(cheese):
    first, second = review(cheese, 5), review(cheese, 1)

    overlapping(lambda: moderation.approve(first), lambda: moderation.approve(second))

    assert rating(cheese) == 3


@on_committed_rows
def test_of_two_reviews_sent_at_once_one_is_a_duplicate(cheese):
    shopper = make_user()

    def send():
        return review(cheese, 5, shopper)

    kinds = [type(outcome) for outcome in overlapping(send, send)]

    assert kinds == [ProductReview, DuplicateReview]
