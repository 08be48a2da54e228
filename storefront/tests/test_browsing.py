"""What a shopper sees on the shelves, with and without a chosen location."""

from decimal import Decimal

import pytest

from shop.inventory import stock
from shop.locations.choice import COOKIE
from shop.testing.factories import make_category, make_location, make_product, offer
from storefront.models import HomePage, ProductPage
from storefront.site_tree import site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def lisbon():
    return make_location(name="Magpie Lisbon")


@pytest.fixture
def bristol():
    return make_location(name="Magpie Bristol", country="GB", currency="GBP", vat_rate="0.20")


@pytest.fixture
def apples(lisbon, bristol):
    apples = make_product(upc="APP", title="Apples", unit="kg", step=Decimal("0.25"))
    offer(apples, lisbon, "2.80", in_stock=18)
    offer(apples, bristol, "2.60", in_stock=3, low_stock_threshold=8)
    return apples


def page_text(client, path, **data):
    response = client.get(path, data)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def product_page(client, product, **data):
    return page_text(client, ProductPage.objects.get(product=product).url, **data)


def choose(client, location):
    client.cookies[COOKIE] = location.code


def test_a_stranger_sees_the_lowest_price_and_is_asked_where_to_collect(client, apples):
    text = product_page(client, apples)

    assert "€2.80" in text
    assert "Choose where you collect" in text
    assert "Add to basket" not in text


def test_the_chosen_location_decides_price_and_stock(client, apples, lisbon, bristol):
    choose(client, lisbon)
    text = product_page(client, apples)
    assert "23 % VAT included" in text
    assert "In stock: 4.5 kg" in text
    assert "0.25 kg for <strong>€0.70</strong>" in text

    choose(client, bristol)
    text = product_page(client, apples)
    assert "20 % VAT included" in text
    assert "Only 0.75 kg left" in text
    assert "0.25 kg for <strong>£0.65</strong>" in text


def test_the_chosen_quantity_is_priced_once_and_a_wrong_one_kept(client, apples, lisbon):
    choose(client, lisbon)

    assert "0.75 kg for <strong>€2.10</strong>" in product_page(client, apples, quantity="0.75")
    wrong = product_page(client, apples, quantity="0.3")
    assert 'value="0.3"' in wrong
    assert "This is sold in steps of 0.25 kg." in wrong


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "-1", "0", "1e400", "x", "1" * 200])
def test_nonsense_for_a_quantity_is_answered_kindly(client, apples, lisbon, typed):
    choose(client, lisbon)

    assert "Add to basket" in product_page(client, apples, quantity=typed)


def test_sold_out_and_not_offered_are_said_and_cannot_be_bought(client, apples, lisbon, bristol):
    bread = make_product(title="Bread")
    record = offer(bread, lisbon, in_stock=1)
    stock.adjust(record, -1, reason="eaten")

    choose(client, lisbon)
    text = product_page(client, bread)
    assert "Sold out here" in text
    assert "Add to basket" not in text

    choose(client, bristol)
    assert "Not offered here" in product_page(client, bread)


def test_a_location_that_closed_for_good_is_no_longer_chosen_nor_shown(client, apples, bristol):
    choose(client, bristol)
    bristol.is_active = False
    bristol.save()

    text = product_page(client, apples)

    assert "Choose where you collect" in text
    assert "Magpie Bristol" not in text


def test_a_category_shows_what_is_in_it_and_below_it_sorted_as_asked(client, lisbon):
    food = make_category("Food")
    fruit = make_category("Fruit", parent=food)
    pears, figs = make_product(title="Pears"), make_product(title="Figs")
    for product, category, price in ((pears, fruit, "3.00"), (figs, food, "1.00")):
        product.categories.add(category)
        offer(product, lisbon, price)
    make_product(title="Candles")
    choose(client, lisbon)

    def titles(**data):
        response = client.get("/catalogue/food/", data)
        return [card.page.title for card in response.context["listing"].cards]

    assert titles() == ["Pears", "Figs"]
    assert titles(sort="name") == ["Figs", "Pears"]
    assert titles(sort="price") == ["Figs", "Pears"]
    assert titles(sort="new") == ["Figs", "Pears"]


def test_a_withdrawn_product_leaves_the_shelves(client):
    withdrawn = make_product(title="Old cake", is_public=False)
    make_product(title="New cake")

    assert "Old cake" not in page_text(client, "/catalogue/")
    withdrawn_page = ProductPage.objects.get(product=withdrawn)
    home = HomePage.objects.get(pk=site_tree().home.pk)
    fresh_page = ProductPage.objects.get(product__title="New cake")
    chosen = [withdrawn_page.page_ptr, fresh_page.page_ptr]
    home.body = [
        ("shelf", {"heading": "Cakes", "rule": "chosen", "products": chosen, "how_many": 8})
    ]
    home.save_revision().publish()
    text = page_text(client, "/")
    assert "New cake" in text
    assert "Old cake" not in text


def test_search_finds_products_by_word_and_by_its_beginning(client):
    make_product(title="Rye bread")
    make_product(title="Ribbon")

    assert [c.page.title for c in client.get("/search/?q=bread").context["listing"].cards] == [
        "Rye bread"
    ]
    assert [c.page.title for c in client.get("/search/?q=ribb").context["listing"].cards] == [
        "Ribbon"
    ]
    assert "Nothing here answers to" in page_text(client, "/search/", q="zeppelin")
    assert "What are you looking for?" in page_text(client, "/search/")


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999"])
def test_nonsense_for_a_page_number_is_a_page(client, page):
    assert client.get("/catalogue/", {"page": page}).status_code == 200


def test_an_empty_shop_has_a_home_page_and_a_friendly_404(client):
    assert "Magpie" in page_text(client, "/")
    missing = client.get("/nowhere/")
    assert missing.status_code == 404
    assert "Nothing in this nest" in missing.content.decode()
