"""Lists of products: narrowed down, ordered, searched, and priced by where one asks about."""

import pytest

from shop.api.tests.problems import refused
from shop.catalogue.models import Product
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.writing import write_review
from shop.testing.factories import make_category, make_location, make_product, make_user, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    return make_location(name="Magpie There", code="there", country="GB", currency="GBP")


@pytest.fixture
def shelves(here, there):
    """Tea at both, dear here; a mug there alone; soap here, sold out."""
    tea, mug, soap = (make_product(title=name, upc=name.upper()) for name in ("Tea", "Mug", "Soap"))
    offer(tea, here, "9.00", in_stock=4)
    offer(tea, there, "2.00", in_stock=7)
    offer(mug, there, "5.00", in_stock=1)
    offer(soap, here, "3.00", in_stock=0)


def listed(answer, *keys):
    return [tuple(item[key] for key in ("sku", *keys)) for item in answer.json()["items"]]


def ask(program, path="/api/products/", **query):
    return program.get(path, {"page": 1} | query)


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ({}, ["MUG", "SOAP", "TEA"]),
        ({"location": "here"}, ["SOAP", "TEA"]),
        ({"location": "magpie there"}, ["MUG", "TEA"]),
        ({"country": "gb"}, ["MUG", "TEA"]),
        ({"country": "FR"}, []),
        ({"country": "GB", "location": "here"}, []),
        ({"in_stock": "true"}, ["MUG", "TEA"]),
        ({"in_stock": "False"}, ["SOAP"]),
        ({"min_price": "3.00", "max_price": "5"}, ["MUG", "SOAP"]),
        ({"location": "there", "max_price": "2"}, ["TEA"]),
        ({"ordering": "-name"}, ["TEA", "SOAP", "MUG"]),
        ({"ordering": "price"}, ["SOAP", "MUG", "TEA"]),
        ({"ordering": "-price", "location": "there"}, ["MUG", "TEA"]),
        ({"ordering": "newest"}, ["SOAP", "MUG", "TEA"]),
        ({"min_price": "", "in_stock": "", "location": ""}, ["MUG", "SOAP", "TEA"]),
    ],
)
def test_a_list_is_narrowed_down_and_ordered(anybody, shelves, query, skus):
    assert [sku for (sku,) in listed(ask(anybody, **query))] == skus


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"min_price": "-1"}, "min_price"),
        ({"min_price": "cheap"}, "min_price"),
        ({"max_price": "NaN"}, "max_price"),
        ({"max_price": "1e400"}, "max_price"),
        ({"in_stock": "maybe"}, "in_stock"),
        ({"ordering": "colour"}, "ordering"),
        ({"country": "ESP"}, "country"),
        ({"location": "nowhere"}, "location"),
        ({"category": "nothing"}, "category"),
    ],
)
def test_a_wrong_value_is_named(anybody, shelves, query, wrong):
    assert refused(ask(anybody, **query)) == (400, "invalid", wrong)
    assert refused(ask(anybody, "/api/products/search/", q="tea", **query)) == (
        400,
        "invalid",
        wrong,
    )


def test_prices_and_stock_are_those_of_the_place_that_is_asked_about(anybody, shelves):
    def tea(**query):
        told = listed(ask(anybody, **query), "price", "currency", "stock_quantity")
        return next(item[1:] for item in told if item[0] == "TEA")

    assert tea() == tea(location="here") == ("9.00", "EUR", 4)
    assert tea(country="GB") == ("2.00", "GBP", 7)


def test_what_is_sold_in_no_main_currency_speaks_of_where_it_is_sold(anybody, shelves):
    told = listed(ask(anybody), "price", "currency", "stock_quantity", "is_available")

    assert told[0] == ("MUG", "5.00", "GBP", 1, True)


def test_a_location_lists_what_it_has_by_the_same_filters(anybody, shelves):
    def there(**query):
        return listed(ask(anybody, "/api/locations/there/products/", **query), "price")

    assert there() == [("MUG", "5.00"), ("TEA", "2.00")]
    assert there(location="here") == there()
    assert there(max_price="4") == [("TEA", "2.00")]
    assert refused(ask(anybody, "/api/locations/nowhere/products/")) == (404, "not_found")


def test_locations_are_narrowed_down_by_country(anybody, here, there):
    def slugs(**query):
        return [item["slug"] for item in ask(anybody, "/api/locations/", **query).json()["items"]]

    assert slugs() == ["there", "here"]
    assert slugs(country="gb") == ["there"]
    assert slugs(country="FR") == []
    assert refused(ask(anybody, "/api/locations/", country="Spain")) == (400, "invalid", "country")


def test_products_that_are_rated_better_come_first(anybody, shelves):
    for name, score in (("MUG", 2), ("SOAP", 5)):
        product = Product.objects.get(upc=name)
        moderation.approve(write_review(product, make_user(), score=score, title="T", body="B"))

    told = listed(ask(anybody, ordering="rating"), "rating", "review_count")

    assert told == [("SOAP", 5, 1), ("MUG", 2, 1), ("TEA", None, 0)]


class TestLooking:
    def found(self, program, words, **query):
        return [sku for (sku,) in listed(ask(program, "/api/products/search/", q=words, **query))]

    @pytest.fixture
    def cellar(self, here):
        for name in ("Smoked cheddar", "Cheddar", "Chutney"):
            offer(make_product(title=name, upc=name.upper().replace(" ", "-")), here, in_stock=2)

    def test_finds_by_words_the_best_first(self, anybody, cellar):
        assert self.found(anybody, "cheddar") == ["CHEDDAR", "SMOKED-CHEDDAR"]
        assert self.found(anybody, "velvet") == []

    def test_forgives_one_wrong_letter(self, anybody, cellar):
        assert self.found(anybody, "smoked chedder") == ["SMOKED-CHEDDAR"]

    def test_takes_the_filters_of_lists(self, anybody, cellar):
        assert self.found(anybody, "cheddar", ordering="-name") == ["SMOKED-CHEDDAR", "CHEDDAR"]
        assert self.found(anybody, "cheddar", in_stock="false") == []

    @pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "  "}])
    def test_needs_words(self, anybody, query):
        answer = anybody.get("/api/products/search/", {"page": 1} | query)

        assert refused(answer) == (400, "invalid", "q")


@pytest.mark.parametrize("path", ["/api/products/?page=1", "/api/products/?page=1&location=here"])
@pytest.mark.parametrize("number", [2, 20])
def test_a_list_asks_four_queries_at_most(
    anybody, here, django_assert_max_num_queries, number, path
):
    food = make_category("Food")
    for _ in range(number):
        product = make_product()
        offer(product, here)
        product.categories.add(food)

    with django_assert_max_num_queries(4):
        answer = anybody.get(path)

    assert len(answer.json()["items"]) == number
