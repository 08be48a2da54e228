"""A product's page: pictures, quantities, other places, reviews, what stands beside it."""

import pytest
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file_svg

from shop.catalogue.models import ProductRecommendation
from shop.catalogue.reviews import moderation
from shop.catalogue.reviews.writing import write_review
from shop.inventory import stock
from shop.payment import settlement
from shop.testing.factories import (
    make_category,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from storefront.gallery import ProductPicture
from storefront.models import ProductPage
from storefront.reviews import A_PAGE
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(graca):
    return offer(make_product(title="Tea", upc="TEA"), graca, in_stock=3).product


def url_of(product):
    return ProductPage.objects.get(product=product).url


def page(client, product, **query):
    response = client.get(url_of(product), query)
    assert response.status_code == 200
    return response


def text(client, product, **query):
    return " ".join(page(client, product, **query).content.decode().replace("\xa0", " ").split())


def picture(title, description):
    return Image.objects.create(
        title=title, description=description, file=get_test_image_file_svg()
    )


def say(product, score, user=None, **words):
    words = {"title": "Tea", "body": "It is tea."} | words
    review = write_review(product, user or make_user(first_name="Zoe"), score=score, **words)
    moderation.approve(review)
    return review


def test_pictures_beside_the_products_own_can_be_chosen_without_javascript(guest, tea):
    tea.image = picture("Tea", "A tin of tea")
    tea.save()
    assert 'href="#picture-' not in text(guest, tea)
    more = picture("Leaves", "Green leaves")
    for image in (more, tea.image):
        ProductPicture.objects.create(page=ProductPage.objects.get(product=tea), image=image)

    shown = text(guest, tea)

    assert 'alt="Green leaves"' in shown
    assert 'href="#picture-2"' in shown
    assert "picture-3" not in shown


def test_quantities_go_up_and_down_by_steps_within_what_is_there(guest, tea):
    def steps(quantity):
        offers = page(guest, tea, quantity=quantity).context["offers"]
        return offers.less, offers.more

    assert steps("1") == (None, "2")
    assert steps("2") == ("1", "3")
    assert steps("3") == ("2", None)
    assert steps("x") == (None, "1")


def test_other_locations_are_named_with_what_is_there_and_can_be_chosen(guest, tea):
    ruzafa = make_location(name="Magpie Ruzafa", code="ruzafa", country="ES")
    record = offer(tea, ruzafa, in_stock=12)
    assert "Also at Magpie Ruzafa" in text(guest, tea)
    assert "12 left" in text(guest, tea)

    guest.post(reverse("choose_location"), {"location": "ruzafa", "next": url_of(tea)})
    assert page(guest, tea).context["offers"].here.location == ruzafa

    stock.adjust(record, -12, reason="eaten")
    assert "Also at Magpie Graça" in text(guest, tea)


def test_where_it_can_be_bought_and_the_same_country_come_first(guest, tea):
    abroad = make_location(country="ES")
    sold_out, near = make_location(), make_location()
    for place, there in ((abroad, 1), (sold_out, 0), (near, 1)):
        offer(tea, place, in_stock=there)
    make_location(name="Nowhere")

    elsewhere = page(guest, tea).context["offers"].elsewhere

    assert [offer.location for offer in elsewhere] == [near, abroad, sold_out]


def test_reviews_are_counted_spread_and_shown_a_few_at_a_time(guest, tea):
    assert "stars" not in text(guest, tea)
    assert "Nobody has said anything yet" in text(guest, tea)
    for score in (5, 5, 4, 1, 5, 5):
        say(tea, score)
    write_review(tea, make_user(), score=1, title="Unread", body="Nobody has read this.")

    reviews = page(guest, tea).context["reviews"]

    assert (reviews.count, round(reviews.average, 2)) == (6, 4.17)
    assert [(share.stars, share.count) for share in reviews.spread] == [
        (5, 4),
        (4, 1),
        (3, 0),
        (2, 0),
        (1, 1),
    ]
    assert (len(reviews.shown), reviews.newer, reviews.older) == (A_PAGE, None, 2)
    older = page(guest, tea, reviews=2).context["reviews"]
    assert (len(older.shown), older.newer, older.older) == (1, 1, None)
    assert page(guest, tea, reviews=9).context["reviews"].page == 1
    assert "Unread" not in text(guest, tea)


def test_a_review_is_signed_by_a_first_name_and_says_who_bought(guest, graca, tea):
    buyer = make_user(first_name="Zoe", last_name="Quill")
    settlement.collect(make_order(graca, (tea, 1), user=buyer).payments.get())
    say(tea, 5, buyer, title="<b>Bold</b>")
    say(tea, 4, make_user(first_name=""))

    shown = text(guest, tea)

    assert "Zoe, <time" in shown
    assert "A shopper, <time" in shown
    assert "Quill" not in shown
    assert shown.count("bought here") == 1
    assert "&lt;b&gt;Bold&lt;/b&gt;" in shown


def test_beside_a_product_stands_what_is_recommended_then_its_neighbours(guest, graca, tea):
    shelf = make_category("Drinks")
    milk, cups, soap = (make_product(title=title) for title in ("Milk", "Cups", "Soap"))
    gone, hidden = make_product(title="Gone"), make_product(title="Hidden", is_public=False)
    for product in (tea, gone, milk, hidden):
        product.categories.add(shelf)
    for product in (milk, cups, soap, hidden):
        offer(product, graca)
    offer(gone, graca, in_stock=0)
    ProductRecommendation.objects.create(primary=tea, recommendation=cups)
    not_here = make_product(title="Not here")
    not_here.categories.add(shelf)

    def related(client):
        return [card.page.title for card in page(client, tea).context["related"]]

    assert related(guest) == ["Cups", "Milk", "Gone"]
    assert related(browser()) == ["Cups", "Gone", "Milk", "Not here"]


def test_a_product_that_nobody_offers_says_so(stranger):
    lonely = make_product(title="Lonely")
    shown = text(stranger, lonely)
    assert "No shop has it just now" in shown
    assert "Choose where you collect" not in shown


def test_guests_see_nothing_that_is_anybodys_own(stranger, tea):
    assert page(stranger, tea).context["own"] is None


def test_a_kept_page_shows_a_new_picture_and_a_changed_name_at_once(guest, tea):
    writer = make_user(first_name="Zoe")
    say(tea, 5, writer)
    assert "Zoe, <time" in text(guest, tea)

    writer.first_name = "Ada"
    writer.save()
    assert "Ada, <time" in text(guest, tea)

    for title in ("One", "Two"):
        ProductPicture.objects.create(
            page=ProductPage.objects.get(product=tea), image=picture(title, f"Number {title}")
        )
    assert 'alt="Number Two"' in text(guest, tea)
