"""What editors put pages together from, as shoppers see it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.order import lifecycle
from shop.testing.factories import make_category, make_order, make_product, offer
from storefront.blocks import ShelfBlock
from storefront.blocks.recipes import IngredientBlock
from storefront.models import (
    CategoryPage,
    LocationPage,
    PlainPage,
    ProductPage,
    StoryIndexPage,
    StoryPage,
)
from storefront.site_tree import add_page, site_tree
from storefront.tests.conftest import browser
from storefront.tests.photos import make_photo

pytestmark = pytest.mark.django_db


def write(*blocks):
    page = PlainPage(title="A story", slug="a-story", body=list(blocks))
    return add_page(site_tree().home, page)


def text_of(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def page_of(product):
    return ProductPage.objects.get(product=product)


def titles(client, page):
    text = text_of(client, page)
    found = [(text.find(f">{p.title}<"), p.title) for p in ProductPage.objects.all()]
    return [title for at, title in sorted(found) if at >= 0]


def shelf(rule, **values):
    return ("shelf", {"heading": "", "rule": rule, "products": [], "how_many": 8} | values)


def recipe(*ingredients):
    rows = [dict(zip(("words", "product", "quantity"), row, strict=True)) for row in ingredients]
    return ("recipe", {"heading": "Risotto", "ingredients": rows})


@pytest.fixture
def rice(graca):
    rice = make_product(upc="RICE", title="Rice", unit="kg", step="0.25")
    offer(rice, graca, "4.00")
    return rice


@pytest.fixture
def wine(graca):
    wine = make_product(upc="WINE", title="White wine")
    offer(wine, graca, "9.00", in_stock=1)
    return wine


def test_a_shelf_shows_what_is_bought_most_where_the_visitor_collects(graca, rice, wine):
    for _ in range(2):
        lifecycle.mark_paid(make_order(graca, (rice, 1)))
    lifecycle.mark_paid(make_order(graca, (wine, 1)))
    make_product(title="Nobody's choice")

    assert titles(browser(graca), write(shelf("popular"))) == ["Rice", "White wine"]


def test_a_shelf_shows_the_newest_of_a_category_and_goes_with_it(guest, rice, wine):
    cellar = make_category("Cellar")
    wine.categories.add(cellar)
    page = write(shelf("category", category=CategoryPage.objects.get(category=cellar).page_ptr))
    assert titles(guest, page) == ["White wine"]

    cellar.is_public = False
    cellar.save()
    assert titles(guest, page) == []


def test_a_shelf_of_a_category_wants_the_category():
    block = ShelfBlock()
    value = block.to_python({"rule": "category", "products": [], "how_many": 3})
    with pytest.raises(ValidationError):
        block.clean(value)


def test_a_recipes_ingredients_go_into_the_basket_together(guest, rice, wine):
    page = write(
        recipe(("300 g of rice", page_of(rice), "0.5"), ("a pinch of salt", None, None)),
    )
    text = text_of(guest, page)
    assert "a pinch of salt" in text
    assert 'name="quantity-RICE" value="0.5"' in text

    wishes = {"sku": ["RICE", "WINE"], "quantity-RICE": "0.5", "quantity-WINE": "2"}
    answer = guest.post("/basket/add-together/", wishes | {"next": page.url}, follow=True)

    told = [str(message) for message in answer.context["messages"]]
    assert answer.redirect_chain[0][0] == page.url
    assert "1 ingredient is in your basket." in told[0]
    assert told[1] == "Only 1 of White wine are left here."
    assert answer.context["request"].basket.lines.get().product == rice


def test_who_has_chosen_no_location_does_so_first_and_then_all_of_it_goes_in(
    stranger, graca, rice, wine
):
    wishes = {"sku": ["RICE", "WINE"], "next": "/"}
    asked = stranger.post("/basket/add-together/", wishes)
    assert asked.url == "/locations/?next=%2Fbasket%2Fadd-together%2F"

    answer = stranger.post(
        "/locations/choose/", {"location": graca.code, "next": "/basket/add-together/"}
    )
    stranger.get(answer.url)

    lines = stranger.get("/basket/").context["lines"]
    assert [line.product for line in lines] == [rice, wine]


@pytest.mark.parametrize("typed", ["NaN", "-1", "0.3", "x", "1e400"])
def test_nonsense_for_an_ingredients_quantity_is_told(guest, rice, typed):
    wishes = {"sku": ["RICE", "NONE"], "quantity-RICE": typed, "next": "https://elsewhere.example"}
    answer = guest.post("/basket/add-together/", wishes, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert {str(message) for message in answer.context["messages"]} == {
        "Rice: This is sold in steps of 0.25 kg.",
        "One of these is not sold any more.",
    }


def test_an_ingredients_quantity_is_checked_while_it_is_written(rice):
    block = IngredientBlock()
    row = {"words": "rice", "product": page_of(rice), "quantity": "0.3"}
    with pytest.raises(ValidationError):
        block.clean(block.normalize(row | {"quantity": 0.3}))


def test_what_was_withdrawn_steps_back(guest, graca, rice, wine):
    place = LocationPage.objects.get(location=graca)
    page = write(
        recipe(("300 g of rice", page_of(rice), "0.5")),
        ("location", {"location": place, "words": "Come by."}),
        ("hours", {"location": place}),
    )
    assert text_of(guest, page).count("Magpie Graça") > 1

    graca.is_active = rice.is_public = False
    graca.save()
    rice.save()

    text = text_of(browser(), page)
    assert "300 g of rice" in text
    assert "Come by." not in text
    assert "/p/" not in text
    assert "quantity-RICE" not in text


def test_a_banner_is_shown_between_its_dates(guest):
    hour = timedelta(hours=1)
    now = timezone.now()

    def banner(starts, ends):
        page = PlainPage.objects.first() or write()
        dates = {"starts_at": starts, "ends_at": ends}
        page.body = [("promo", {"heading": "Two for joy", "text": "", "code": "JOY"} | dates)]
        page.save()
        return "Two for joy" in text_of(guest, page)

    assert banner(now - hour, now + hour)
    assert banner(None, None)
    assert not banner(now + hour, None)
    assert not banner(None, now - hour)


@pytest.mark.parametrize("many", [2, 9])
def test_many_things_in_a_block_are_read_at_once(guest, graca, many, django_assert_num_queries):
    products = [make_product() for _ in range(many)]
    for product in products:
        offer(product, graca)
    pages = [page_of(product) for product in products]
    picture = {"picture": make_photo(), "alt_text": "Rice", "caption": ""}
    page = write(
        shelf("chosen", products=pages),
        recipe(*(("some", page, None) for page in pages)),
        ("gallery", {"heading": "", "pictures": [picture] * many}),
    )
    guest.get(page.url)

    with django_assert_num_queries(10):
        guest.get(page.url)


def test_all_stories_stand_on_a_page_the_newest_first(guest):
    home = site_tree().home
    index = add_page(home, StoryIndexPage(title="Stories", slug="stories"))
    for parent, title, day in ((home, "Old", 1), (index, "New", 2)):
        add_page(parent, StoryPage(title=title, slug=title.lower(), date=date(2026, 5, day)))

    stories = guest.get(index.url).context["stories"]

    assert [story.title for story in stories] == ["New", "Old"]
