"""Reviews and wishes."""

import pytest

from shop.api.tests.problems import refused
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.models import ProductReview
from shop.testing.factories import make_product, offer

pytestmark = pytest.mark.django_db
REVIEW = {"rating": 4, "title": "Like a meadow", "comment": "I drink nothing else."}
REVIEWS = "/api/products/TEA/reviews/"


def listed(program, path):
    return program.get(path, {"page": 1}).json()


class TestReviews:
    def test_one_is_read_by_its_writer_at_once_and_by_all_when_somebody_has(
        self, shopper, anybody, tea
    ):
        written = shopper.post(REVIEWS, REVIEW)

        assert written.status_code == 201
        assert REVIEW.items() <= written.json().items()
        assert listed(shopper, REVIEWS)["items"] == [written.json()]
        assert listed(anybody, REVIEWS)["items"] == []

        moderation.approve(ProductReview.objects.get())

        [read] = listed(anybody, REVIEWS)["items"]
        assert read == written.json() | {"status": "approved"}
        told = anybody.get("/api/products/TEA/").json()
        assert (told["rating"], told["review_count"]) == (4, 1)

    def test_it_says_not_who_wrote_it(self, shopper, anybody, tea):
        shopper.post(REVIEWS, REVIEW)
        moderation.approve(ProductReview.objects.get())

        assert shopper.user.email not in anybody.get(REVIEWS, {"page": 1}).content.decode()

    def test_nobody_reviews_twice(self, shopper, stranger, tea):
        assert shopper.post(REVIEWS, REVIEW).status_code == 201

        assert refused(shopper.post(REVIEWS, REVIEW | {"rating": 1})) == (409, "duplicate")
        assert stranger.post(REVIEWS, REVIEW).status_code == 201

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"rating": 0}, "rating"),
            ({"rating": 6}, "rating"),
            ({"rating": 4.5}, "rating"),
            ({"rating": None}, "rating"),
            ({"title": ""}, "title"),
            ({"title": "x" * 256}, "title"),
            ({"comment": " "}, "comment"),
        ],
    )
    def test_what_is_no_review_is_refused(self, shopper, tea, change, wrong):
        assert refused(shopper.post(REVIEWS, REVIEW | change)) == (400, "invalid", wrong)
        assert not ProductReview.objects.exists()

    def test_they_need_a_user_and_a_product(self, anybody, shopper, tea):
        nowhere = "/api/products/NOPE/reviews/"

        assert refused(anybody.post(REVIEWS, REVIEW)) == (401, "not_authenticated")
        assert refused(shopper.post(nowhere, REVIEW)) == (404, "not_found")
        assert refused(anybody.get(nowhere, {"page": 1})) == (404, "not_found")
        assert refused(anybody.get(REVIEWS)) == (400, "invalid", "page")


class TestWishes:
    def wished(self, program):
        return [item["sku"] for item in listed(program, "/api/wishlist/")["items"]]

    def test_one_is_kept_once_and_taken_back(self, shopper, tea, here):
        mug = make_product(upc="MUG")
        offer(mug, here)

        first, again = (shopper.post("/api/wishlist/", {"sku": "TEA"}) for _ in range(2))
        shopper.post("/api/wishlist/", {"sku": "MUG"})

        assert (first.status_code, again.status_code) == (201, 200)
        assert (first.json()["sku"], first.json()["price"]) == ("TEA", "3.20")
        assert self.wished(shopper) == ["MUG", "TEA"]

        assert shopper.delete("/api/wishlist/TEA/").status_code == 204
        assert refused(shopper.delete("/api/wishlist/TEA/")) == (404, "not_found")
        assert self.wished(shopper) == ["MUG"]

    def test_they_are_ones_own(self, shopper, stranger, anybody, tea):
        shopper.post("/api/wishlist/", {"sku": "TEA"})
        stranger.post("/api/wishlist/", {"sku": "TEA"})

        assert stranger.delete("/api/wishlist/TEA/").status_code == 204

        assert (self.wished(shopper), self.wished(stranger)) == (["TEA"], [])
        assert refused(anybody.get("/api/wishlist/", {"page": 1})) == (401, "not_authenticated")

    def test_what_is_not_there_cannot_be_wished_for(self, shopper):
        assert refused(shopper.post("/api/wishlist/", {"sku": "NOPE"})) == (404, "not_found")
        assert refused(shopper.post("/api/wishlist/")) == (400, "invalid", "sku")
        assert refused(shopper.get("/api/wishlist/")) == (400, "invalid", "page")

    @pytest.mark.parametrize("number", [1, 9])
    def test_a_list_asks_as_much_however_long_it_is(
        self, shopper, here, django_assert_num_queries, number
    ):
        for _ in range(number):
            product = make_product()
            offer(product, here)
            shopper.post("/api/wishlist/", {"sku": product.upc})

        with django_assert_num_queries(4):
            assert len(self.wished(shopper)) == number
