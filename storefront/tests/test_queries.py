"""The same page with few things and with many asks the database the same number of questions.

A visit's first two find the site and its home page.
"""

import pytest

from shop.locations.choice import COOKIE
from shop.testing.factories import make_category, make_location, make_product, offer
from storefront.models import ProductPage
from storefront.tests.photos import make_photo

pytestmark = pytest.mark.django_db

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


def test_product_page(client, shelves, url_of_product, django_assert_num_queries):
    visit(client, url_of_product, django_assert_num_queries(FINDING_THE_SITE + 4))


def test_product_page_with_a_location(client, shelves, url_of_product, django_assert_num_queries):
    client.cookies[COOKIE] = shelves[0].code
    visit(client, url_of_product, django_assert_num_queries(FINDING_THE_SITE + 5))


def test_list(client, shelves, django_assert_num_queries):
    visit(client, "/catalogue/food/", django_assert_num_queries(FINDING_THE_SITE + 5))


def test_list_with_a_location(client, shelves, django_assert_num_queries):
    client.cookies[COOKIE] = shelves[0].code
    visit(client, "/catalogue/food/", django_assert_num_queries(FINDING_THE_SITE + 6))


def test_search(client, shelves, django_assert_num_queries):
    visit(client, "/search/?q=product", django_assert_num_queries(4))


def test_home(client, shelves, django_assert_num_queries):
    visit(client, "/", django_assert_num_queries(FINDING_THE_SITE + 6))


def test_locations(client, shelves, django_assert_num_queries):
    visit(client, "/locations/", django_assert_num_queries(FINDING_THE_SITE + 6))
