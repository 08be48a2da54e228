"""Writing a review, changing it, withdrawing it."""

import pytest
from django.urls import reverse

from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import write_review
from shop.payment import settlement
from shop.testing.factories import make_order, make_product, make_user, offer
from storefront.models import ProductPage

pytestmark = pytest.mark.django_db

WORDS = {"score": "4", "title": "Smells of hay", "body": "And keeps for weeks."}


@pytest.fixture
def tea(graca):
    return offer(make_product(title="Tea", upc="TEA"), graca).product


@pytest.fixture
def form(tea):
    return reverse("review", args=[tea.upc])


def shown(client, url):
    return client.get(url).content.decode()


def test_a_guest_logs_in_first_and_lands_on_the_form(guest, form):
    assert guest.get(form).url == f"/accounts/login/?next={form}"


def test_a_review_is_shown_once_it_was_read(signed_in, shopper, guest, tea, form):
    said = signed_in.post(form, WORDS, follow=True).content.decode()
    assert "It is shown once we have read it." in said
    review = ProductReview.objects.get()
    assert (review.user, review.score, review.title) == (shopper, 4, "Smells of hay")
    page = ProductPage.objects.get(product=tea).url
    assert "Smells of hay" not in shown(guest, page)

    moderation.approve(review)

    assert "Smells of hay" in shown(guest, page)
    assert "Change your review" in shown(signed_in, page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"score": ""}, "Choose from one to five stars."),
        ({"score": "6"}, "Choose from one to five stars."),
        ({"title": " "}, "Say it in a few words."),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"body": ""}, "Tell others what it is like."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(wrong, said, signed_in, form):
    answer = signed_in.post(form, WORDS | wrong).content.decode()

    assert said in answer
    for name in WORDS.keys() - wrong.keys() - {"score"}:
        assert WORDS[name] in answer
    assert "score" in wrong or 'value="4" id="id_score_3" required checked' in answer
    assert not ProductReview.objects.exists()


def test_changing_a_review_lets_it_be_read_again(signed_in, shopper, tea, form):
    moderation.approve(write_review(tea, shopper, **WORDS))
    assert "Smells of hay" in shown(signed_in, form)

    signed_in.post(form, WORDS | {"score": "2", "title": "Not what it was"})

    review = ProductReview.objects.get()
    assert (review.score, review.title) == (2, "Not what it was")
    assert review.status == ProductReview.FOR_MODERATION


def test_a_review_is_withdrawn_by_who_wrote_it(signed_in, colleague, shopper, tea, form):
    write_review(tea, shopper, **WORDS)

    colleague.post(form, {"withdraw": "1"})
    assert ProductReview.objects.count() == 1
    assert "Your review is withdrawn." in (
        signed_in.post(form, {"withdraw": "1"}, follow=True).content.decode()
    )
    assert not ProductReview.objects.exists()


def test_who_bought_it_is_told_that_the_review_says_so(
    signed_in, colleague, shopper, graca, tea, form
):
    settlement.collect(make_order(graca, (tea, 1), user=shopper).payments.get())

    assert "You bought this here" in shown(signed_in, form)
    assert "You bought this here" not in shown(colleague, form)


def test_ones_own_reviews_are_listed_with_where_they_stand(signed_in, shopper, tea):
    assert "You have reviewed nothing yet" in shown(signed_in, reverse("reviews"))
    write_review(tea, shopper, **WORDS)
    other = write_review(make_product(title="Soup"), make_user(), **WORDS)
    moderation.reject(other)

    page = shown(signed_in, reverse("reviews"))

    assert "being read" in page
    assert "not shown" not in page
    assert "Soup" not in page
