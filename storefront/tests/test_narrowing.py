"""Filters that combine, what they are counted by, and what is said when nothing is left."""

import pytest

from shop.catalogue.models import Product
from shop.testing.factories import make_category, make_location, make_product, offer
from storefront.listing import page
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves(graca):
    """Four products at Graça and Belém, one more in Bristol alone."""
    belem = make_location(name="Magpie Belém", code="belem")
    bristol = make_location(name="Bristol", code="bristol", country="GB", currency="GBP")
    fruit, dairy = make_category("Fruit"), make_category("Dairy")
    goods = [
        ("Figs", fruit, "1.00", 5, "kg", 5, [graca, belem]),
        ("Pears", fruit, "3.00", 0, "kg", 3, [graca]),
        ("Butter", dairy, "2.00", 4, "piece", None, [graca]),
        ("Cheese", dairy, "8.00", 2, "kg", 4, [graca, belem]),
        ("Marmite", dairy, "2.50", 2, "piece", None, [bristol]),
    ]
    for title, category, price, in_stock, unit, rating, places in goods:
        product = make_product(title=title, unit=unit)
        Product.objects.filter(pk=product.pk).update(rating=rating)
        product.categories.add(category)
        for place in places:
            offer(product, place, price, in_stock=in_stock)


def look(client, query="", address="/catalogue/"):
    return client.get(f"{address}?{query}").context["listing"]


def titles(client, query="", address="/catalogue/"):
    return [card.page.title for card in look(client, query, address).cards]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Figs", "Pears", "Butter", "Cheese"]),
        ("category=fruit", ["Figs", "Pears"]),
        ("price_from=2&price_to=3", ["Pears", "Butter"]),
        ("price_to=2,5", ["Figs", "Butter"]),
        ("in_stock=1", ["Figs", "Butter", "Cheese"]),
        ("location=belem", ["Figs", "Cheese"]),
        ("unit=piece", ["Butter"]),
        ("rating=4", ["Figs", "Cheese"]),
        ("rating=4&unit=kg&price_from=5&in_stock=1&location=belem", ["Cheese"]),
        ("in_stock=1&sort=-price", ["Cheese", "Butter", "Figs"]),
        ("sort=rating&rating=3", ["Figs", "Cheese", "Pears"]),
        ("price_from=x&rating=9&unit=ell&sort=fast", ["Figs", "Pears", "Butter", "Cheese"]),
        ("category=nothing", []),
    ],
)
def test_filters_combine(shelves, guest, query, expected):
    assert titles(guest, query) == expected


def test_each_choice_is_counted_with_all_other_filters_on(shelves, guest):
    def counts(query, facet):
        return {c.value: c.count for c in look(guest, query).facets[facet].choices}

    assert counts("", "category") == {"fruit": 2, "dairy": 2}
    assert counts("in_stock=1", "category") == {"fruit": 1, "dairy": 2}
    assert counts("in_stock=1&category=fruit", "category") == {"fruit": 1, "dairy": 2}
    assert counts("category=fruit", "location") == {"graca": 2, "belem": 1}
    assert look(guest, "category=fruit&in_stock=1").in_stock == 1


def test_what_a_country_cannot_have_is_not_advertised_there(shelves, guest, stranger):
    assert titles(browser(), "country=GB") == ["Marmite"]
    assert {c.value for c in look(stranger).facets["country"].choices} == {"PT", "GB"}
    near = look(guest)
    assert "Marmite" not in [card.page.title for card in near.cards]
    assert "country" not in near.facets


def test_a_search_says_that_another_country_has_it(shelves, guest):
    text = guest.get("/search/?q=marmite").content.decode()

    assert "1 product elsewhere does" in text
    assert "/locations/?next=" in text


def test_search_is_narrowed_down_too(shelves, guest):
    assert titles(guest, "q=dairy&unit=piece", "/search/") == ["Butter"]


def test_nothing_left_says_which_filter_to_take_off(shelves, guest):
    text = guest.get("/catalogue/?category=fruit&price_from=5&unit=kg").content.decode()

    assert "Nothing fits all of these together" in text
    assert "2 products without “From €5.00”" in text
    assert "1 product without “Fruit”" in text
    assert "without “kg”" not in text


def test_a_price_that_is_none_is_said_and_kept(shelves, guest):
    text = guest.get("/catalogue/?price_from=cheap").content.decode()

    assert 'value="cheap"' in text
    assert "Please type a number." in text


def test_beyond_what_is_counted_the_list_goes_on_and_says_so(shelves, guest, monkeypatch):
    monkeypatch.setattr(page, "MOST_COUNTED", 2)
    monkeypatch.setattr(page, "PAGE_SIZE", 1)

    assert [titles(guest, f"page={number}") for number in range(1, 6)] == [
        ["Figs"], ["Pears"], ["Butter"], ["Cheese"], [],
    ]  # fmt: skip
    assert titles(guest, "category=dairy&page=2") == ["Cheese"]
    assert "2 products and more" in guest.get("/catalogue/?page=3").content.decode()


def test_a_box_suggests_pages_while_one_types(shelves, guest):
    text = guest.get("/search/suggestions/?q=che").content.decode()

    assert "/catalogue/dairy/cheese/" in text
    assert 'role="option"' in text
    assert guest.get("/search/suggestions/?q=zz").content.decode().strip() == ""
    assert guest.get("/search/suggestions/").content.decode().strip() == ""
    assert "Marmite" not in guest.get("/search/suggestions/?q=marm").content.decode()
