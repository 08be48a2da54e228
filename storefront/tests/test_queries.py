"""The same page with few things and with many asks the database the same number of questions."""

import pytest
from django.core import signing
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file_svg

from shop.basket.identity import COOKIE as BASKET_COOKIE
from shop.basket.identity import SALT
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.writing import write_review
from shop.locations.choice import COOKIE
from shop.testing.factories import (
    make_basket,
    make_category,
    make_location,
    make_product,
    make_user,
    offer,
)
from storefront.gallery import ProductPicture
from storefront.models import ProductPage
from storefront.tests.photos import make_photo

pytestmark = pytest.mark.django_db

# The home page alone is found as Wagtail finds it.
FINDING_THE_SITE = 2


@pytest.fixture(params=[1, 12], ids=["small", "large"])
def shelves(request):
    """Products with a photo, each offered at as many locations, two levels down."""
    category = make_category("Fruit", parent=make_category("Food"))
    locations = [make_location() for _ in range(request.param)]
    for _ in range(request.param):
        product = make_product(image=make_photo())
        product.categories.add(category)
        for location in locations:
            offer(product, location)
    return locations


@pytest.fixture
def url_of_product(shelves):
    return ProductPage.objects.first().url


def visit(client, url, asserting):
    client.get(url)
    with asserting:
        assert client.get(url).status_code == 200


def visit_uncached(client, url, asserting):
    """What the frame of all pages is made of is there, the page is not."""
    client.get(f"{url}{'&' if '?' in url else '?'}sort=name")
    visit_again(client, url, asserting)


def visit_again(client, url, asserting):
    with asserting:
        assert client.get(url).status_code == 200


@pytest.fixture
def talked_about(shelves):
    """The first product has a review for each shelf, and as many pictures."""
    page = ProductPage.objects.first()
    for _ in shelves:
        review = write_review(page.product, make_user(), score=4, title="Good", body="It is good.")
        moderation.approve(review)
        image = Image.objects.create(title="Fig", file=get_test_image_file_svg())
        ProductPicture.objects.create(page=page, image=image)
    return page


def test_product_page(client, url_of_product, django_assert_num_queries):
    visit_uncached(client, url_of_product, django_assert_num_queries(5))
    visit_again(client, url_of_product, django_assert_num_queries(1))


def test_product_page_with_reviews_and_pictures(client, talked_about, django_assert_num_queries):
    visit_uncached(client, talked_about.url, django_assert_num_queries(6))


def test_product_page_with_a_location(client, shelves, url_of_product, django_assert_num_queries):
    client.cookies[COOKIE] = shelves[0].code
    visit_uncached(client, url_of_product, django_assert_num_queries(6))
    visit_again(client, url_of_product, django_assert_num_queries(1))


@pytest.mark.parametrize("query", ["", "?in_stock=1&price_to=9&unit=piece&category=fruit"])
def test_list(client, shelves, query, django_assert_num_queries):
    address = f"/catalogue/food/{query}"
    visit_uncached(client, address, django_assert_num_queries(5))
    visit_again(client, address, django_assert_num_queries(1))


def test_list_with_a_location(client, shelves, django_assert_num_queries):
    client.cookies[COOKIE] = shelves[0].code
    visit_uncached(client, "/catalogue/food/", django_assert_num_queries(6))
    visit_again(client, "/catalogue/food/", django_assert_num_queries(1))


def test_list_with_a_basket(client, shelves, django_assert_num_queries):
    basket = make_basket(shelves[0], (ProductPage.objects.first().product, 1))
    client.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)
    visit(client, "/catalogue/food/", django_assert_num_queries(2))


def test_search(client, shelves, django_assert_num_queries):
    visit_uncached(client, "/search/?q=product", django_assert_num_queries(6))
    visit_again(client, "/search/?q=product", django_assert_num_queries(1))


def test_home(client, shelves, django_assert_num_queries):
    visit(client, "/", django_assert_num_queries(FINDING_THE_SITE + 6))


def test_locations(client, shelves, django_assert_num_queries):
    visit(client, "/locations/", django_assert_num_queries(6))
