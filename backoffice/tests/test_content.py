"""Reviews that wait to be read, and what shoppers wait for: numbers, and nobody's name."""

import pytest
from django.urls import reverse

from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.models import ProductReview
from shop.inventory.models import StockRequest
from shop.testing.factories import make_product, make_user

pytestmark = pytest.mark.django_db

REVIEWS = reverse("admin:reviews_productreview_changelist")
ASKED_FOR = reverse("asked_for")


@pytest.fixture
def review(jar, shopper):
    return ProductReview.objects.create(
        product=jar, user=shopper, score=4, title="Tart", body="Like my aunt's."
    )


def decide(client, action, *reviews):
    chosen = [review.pk for review in reviews]
    return client.post(REVIEWS, {"action": action, "_selected_action": chosen}, follow=True)


def test_a_review_waits_is_read_and_counts(review, jar, promotions, signed_in):
    jar.refresh_from_db()
    assert (review.status, jar.rating) == (ProductReview.FOR_MODERATION, None)
    client = signed_in(promotions)
    assert "Tart" in client.get(REVIEWS).content.decode()
    assert "1 review is shown now." in decide(client, "approve", review).content.decode()
    jar.refresh_from_db()
    assert jar.rating == 4
    assert "0 reviews are shown now." in decide(client, "approve", review).content.decode()
    decide(client, "reject", review)
    jar.refresh_from_db()
    assert jar.rating is None


def test_a_reviewer_goes_without_a_name(review, shopper, owner, signed_in):
    shopper.first_name = "Zebulon"
    shopper.save()
    page = reverse("admin:reviews_productreview_change", args=[review.pk])
    for address in (REVIEWS, f"{REVIEWS}?q=zebulon", page):
        shown = signed_in(owner).get(address).content.decode().replace("q=zebulon", "")
        assert "canary" not in shown
        assert "Zebulon" not in shown


@pytest.mark.parametrize("role", ["counter", "desk", "keeper", "seller", "support"])
def test_reviews_are_for_owners_and_promotions(role, review, signed_in, request):
    client = signed_in(request.getfixturevalue(role))
    assert client.get(REVIEWS).status_code == 403
    assert decide(client, "approve", review).status_code == 403
    review.refresh_from_db()
    assert review.status == ProductReview.FOR_MODERATION


def test_a_second_decision_that_says_the_same_says_nothing(review):
    assert moderation.reject(review)
    assert not moderation.reject(review)


def wait_for(product, location, number):
    StockRequest.objects.create(
        product=product, location=location, email="canary@quist.example", fingerprint=str(number)
    )


def test_what_is_waited_for_is_counted_at_ones_own_locations(
    jar, here, elsewhere, keeper, owner, signed_in, django_assert_max_num_queries
):
    for number in range(3):
        wait_for(jar, here, number)
    wait_for(jar, elsewhere, 1)
    told = signed_in(keeper).get(ASKED_FOR)
    assert [(row["product"], row["shoppers"]) for row in told.context["waiting"]] == [
        ("Quince jelly", 3)
    ]
    assert "canary" not in told.content.decode()
    client, asked = signed_in(owner), []
    client.get(ASKED_FOR)
    for _size in range(2):
        with django_assert_max_num_queries(15) as counted:
            assert client.get(ASKED_FOR).status_code == 200
        asked.append(len(counted))
        wait_for(make_product(), here, 9)
    assert len(set(asked)) == 1


@pytest.mark.parametrize("role", ["counter", "desk", "promotions", "support"])
def test_what_is_waited_for_is_for_whoever_buys_in(role, signed_in, request):
    assert signed_in(request.getfixturevalue(role)).get(ASKED_FOR).status_code == 403


def test_nobody_waits(here, signed_in):
    page = signed_in(make_user("Stock keeper", [here])).get(ASKED_FOR).content.decode()
    assert "Nobody waits for anything" in page
