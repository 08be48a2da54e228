"""What those are told who find a page, share it or follow the shop."""

import json
import re
from contextlib import closing

import pytest

from shop.testing.factories import make_category, make_location, make_product, offer
from storefront.models import CategoryPage, LocationPage, ProductPage
from storefront.tests.conftest import browser
from storefront.tests.photos import make_photo

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves it to the garbage collector to close what it has just drawn.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile"),
]


def linked(client, page):
    text = client.get(page.url).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert len(found) == 1
    return {thing["@type"]: thing for thing in json.loads(found[0])["@graph"]}


def page_of(product):
    return ProductPage.objects.get(product=product)


def test_a_product_is_told_with_its_offer_at_each_location(client, graca):
    tea = make_product(upc="TEA", title="Tea", unit="kg")
    offer(tea, graca, "12.50")
    gothenburg = make_location(name="Magpie Haga", country="SE", currency="SEK")
    offer(tea, gothenburg, "130", in_stock=0)

    told = linked(browser(graca), page_of(tea))["Product"]

    assert (told["name"], told["sku"]) == ("Tea", "TEA")
    here, there = told["offers"]
    assert (here["price"], here["priceCurrency"]) == ("12.50", "EUR")
    assert here["priceSpecification"]["unitCode"] == "KGM"
    assert here["availableAtOrFrom"]["name"] == "Magpie Graça"
    assert here["availability"].endswith("InStoreOnly")
    assert (there["priceCurrency"], there["availability"][-10:]) == ("SEK", "OutOfStock")
    assert "aggregateRating" not in told


def test_no_name_breaks_out_of_what_is_told(client):
    evil = make_product(title="</script><script>alert(1)</script>\u2028&", description="<!--")
    page = page_of(evil)

    assert linked(client, page)["Product"]["name"] == page.title
    assert "<script>alert(1)" not in client.get(page.url).content.decode()


def test_a_location_is_told_with_its_hours_and_the_way_to_it(client, graca):
    told = linked(client, LocationPage.objects.get(location=graca))

    assert told["Store"]["address"]["addressCountry"] == "PT"
    assert told["Store"]["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": "Monday",
        "opens": "08:00",
        "closes": "20:00",
    }
    names = [step["name"] for step in told["BreadcrumbList"]["itemListElement"]]
    assert names == ["Our locations", "Magpie Graça"]


def test_a_category_is_told_as_a_list(client, graca):
    sweets = make_category("Sweets")
    fudge = make_product(title="Fudge")
    fudge.categories.add(sweets)
    offer(fudge, graca)

    told = linked(client, CategoryPage.objects.get(category=sweets))["ItemList"]

    assert told["itemListElement"][0]["url"].endswith("/catalogue/sweets/fudge/")


def test_a_shared_page_shows_its_picture_and_has_one_address(client, settings, graca):
    settings.SITE_URL = "https://magpie.example"
    tea = make_product(title="Tea", image=make_photo())
    offer(tea, graca)
    page = page_of(tea)

    text = client.get(page.url, {"quantity": "2"}).content.decode()

    assert f'<link rel="canonical" href="https://magpie.example{page.url}">' in text
    picture = re.search(r'property="og:image" content="https://magpie.example(.*?)"', text)[1]
    with closing(client.get(picture)) as shared:
        assert (shared.status_code, shared["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("many", [1, 9])
def test_the_sitemap_tells_of_what_everybody_may_see(client, many, django_assert_num_queries):
    shown = [make_product(title=f"Shown {n}", image=make_photo(60, 40)) for n in range(many)]
    hidden = page_of(make_product(title="Hidden", is_public=False))
    client.get("/sitemap-products.xml")
    assert "sitemap-products.xml" in client.get("/sitemap.xml").content.decode()
    assert "sitemap.xml" in client.get("/robots.txt").content.decode()

    with django_assert_num_queries(3):
        text = client.get("/sitemap-products.xml").content.decode()

    assert text.count("<image:loc>") == many
    assert page_of(shown[0]).url in text
    assert hidden.url not in text
    assert "/locations/" in client.get("/sitemap-pages.xml").content.decode()


def test_a_reader_follows_new_products(client, graca):
    offer(make_product(title="Fresh & new", description="Just in."), graca)
    make_product(title="Nowhere yet")

    text = client.get("/new-products.atom").content.decode()

    assert "Fresh &amp; new" in text
    assert "Just in." in text
    assert "Nowhere yet" not in text


def test_a_basket_is_nobodys_to_find(guest):
    text = guest.get("/basket/").content.decode()

    assert "canonical" not in text
    assert "ld+json" not in text
