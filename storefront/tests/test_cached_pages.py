"""Pages come from the cache, and are right all the same: whatever changes shows at once."""

from decimal import Decimal

import pytest
from django.core import signing

from shop.basket.identity import COOKIE as BASKET_COOKIE
from shop.basket.identity import SALT
from shop.catalogue import changes
from shop.catalogue.models import Category, Product, ProductsChange, Synonyms
from shop.inventory import stock
from shop.partner.models import StockRecord
from shop.testing.factories import make_basket, make_category, make_location, make_product, offer
from storefront.models import ProductPage
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

LIST, SEARCH = "/catalogue/fruit/", "/search/?q=pears"


@pytest.fixture
def pears(graca):
    pears = make_product(title="Pears", upc="ROC-1")
    pears.categories.add(make_category("Fruit"))
    offer(pears, graca, "2.50", in_stock=7)
    return pears


@pytest.fixture
def look(pears, graca):
    """What an anonymous visitor reads on the list, the search and the product's page."""
    client = browser(graca)

    def read():
        pages = [LIST, SEARCH, ProductPage.objects.get(product=pears).url]
        for page in pages:
            client.get(page)
        texts = [client.get(page).content.decode().replace("\xa0", " ") for page in pages]
        assert all("Pears" in text or "Quinces" in text for text in texts)
        return texts

    return read


def in_all(texts, words):
    return all(words in text for text in texts)


def record():
    return StockRecord.objects.get()


def test_a_visit_after_the_first_draws_nothing(look, client, graca, django_assert_num_queries):
    look()
    with django_assert_num_queries(1):
        assert "Pears" in browser(graca).get(LIST).content.decode()


CHANGES = {
    "sold": (lambda: stock.reserve([(record().pk, 3)], cause="order"), "In stock: 4"),
    "received": (lambda: stock.receive([(record().pk, 2)]), "In stock: 9"),
    "price saved": (lambda: save(record(), price=Decimal("3.10")), "€3.10"),
    "price updated in bulk": (lambda: StockRecord.objects.update(price=Decimal("3.20")), "€3.20"),
    "called low": (lambda: StockRecord.objects.update(low_stock_threshold=9), "Only 7 left"),
    "sold out": (lambda: stock.adjust(record(), -7, reason="eaten"), "Sold out here"),
    "renamed": (lambda: save(Product.objects.get(), title="Pears from Rocha"), "from Rocha"),
    "sold by weight": (lambda: Product.objects.update(unit="kg"), " / kg"),
    "found by another page title": (lambda: retitle("Our Pears"), "Our Pears"),
}


def save(thing, **values):
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()


def retitle(title):
    page = ProductPage.objects.get()
    page.title = title
    page.save_revision().publish()


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_a_change_shows_at_once(look, change, words):
    assert not any(words in text for text in look())

    change()

    assert in_all(look(), words)


def test_what_is_withdrawn_retired_or_refiled_leaves_the_list(look, client, pears):
    def listed():
        return "Pears" in client.get(LIST).content.decode()

    assert listed()
    pears.categories.clear()
    assert not listed()
    pears.categories.add(Category.objects.get())
    assert listed()
    ProductPage.objects.get().unpublish()
    assert not listed()
    ProductPage.objects.get().save_revision().publish()
    assert listed()
    Product.objects.update(is_public=False)
    assert not listed()


def test_products_written_many_at_once_are_found_when_they_are_told(look, client, pears):
    look()
    Product.objects.filter(pk=pears.pk).update(title="Quinces")
    changes.announce([pears.pk])
    changes.tell(ProductsChange.objects.latest("pk").pk)

    assert "Quinces" in client.get("/search/?q=quinces").content.decode()
    assert "Nothing here answers" in client.get(SEARCH).content.decode()


def test_synonyms_of_the_editors_find_at_once(pears, client):
    assert "Pears</a>" not in client.get("/search/?q=rocha").content.decode()
    Synonyms.objects.create(words="rocha, pears")
    assert "Pears</a>" in client.get("/search/?q=rocha").content.decode()


def test_what_is_sold_shows_at_its_location_and_on_the_pages_of_all(pears, graca):
    stock.reserve([(record().pk, 7)], cause="order")
    belem = make_location(name="Magpie Belém", code="belem")
    there = offer(pears, belem, "2.00", in_stock=5)
    at_belem, anywhere = browser(belem), browser()
    assert "In stock: 5" in at_belem.get(LIST).content.decode()
    assert "Pears</a>" in anywhere.get(f"{LIST}?in_stock=1").content.decode()

    stock.reserve([(there.pk, 5)], cause="order")

    assert "Sold out here" in at_belem.get(LIST).content.decode()
    assert "Pears</a>" not in anywhere.get(f"{LIST}?in_stock=1").content.decode()


def test_a_location_that_closes_is_no_longer_chosen(look, graca):
    visitor = browser(graca)
    assert "Magpie Graça" in visitor.get(LIST).content.decode()
    graca.is_active = False
    graca.save()

    assert "Choose a location" in visitor.get(LIST).content.decode()


def test_the_baskets_count_is_never_anothers(pears, graca):
    full, empty = browser(graca), browser(graca)
    basket = make_basket(graca, (pears, 3))
    full.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)

    for page in (LIST, SEARCH, ProductPage.objects.get().url):
        for _ in range(2):
            assert '<span class="basket-link__count">1<' in full.get(page).content.decode()
            assert "basket-link__count" not in empty.get(page).content.decode()


def test_each_visitor_gets_a_token_of_their_own_that_works(pears, graca):
    page = ProductPage.objects.get().url
    tokens = set()
    for visitor in (browser(graca), browser(graca)):
        text = visitor.get(page).content.decode()
        assert "gap-for" not in text
        tokens.add(visitor.cookies["csrftoken"].value)
    assert len(tokens) == 2


def test_whoever_is_signed_in_is_shown_their_own_page(look, signed_in, guest):
    guest.get(LIST)

    assert "Log in" not in signed_in.get(LIST).content.decode()
    assert "Log in" in guest.get(LIST).content.decode()


def test_an_address_with_strange_parameters_is_not_kept(pears, client, django_assert_num_queries):
    client.get(f"{LIST}?utm_source=1")
    with pytest.raises(pytest.fail.Exception), django_assert_num_queries(1):
        client.get(f"{LIST}?utm_source=1")


def test_a_message_is_said_once_and_to_nobody_else(pears, graca):
    visitor = browser()
    visitor.post("/locations/choose/", {"location": graca.code, "next": LIST})

    assert "You collect at Magpie Graça" in visitor.get(LIST).content.decode()
    assert "You collect at" not in visitor.get(LIST).content.decode()
    assert "You collect at" not in browser(graca).get(LIST).content.decode()
