"""The heart on a product's page, and the list that it fills."""

import pytest
from django.urls import reverse

from shop.testing.factories import make_product, offer
from shop.wishlists.wishes import add_to_wishlist, wishes_of
from storefront.models import ProductPage
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

PASSWORD = "a-good-password"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tea(graca):
    return offer(make_product(title="Tea", upc="TEA"), graca).product


@pytest.fixture
def heart(tea):
    return reverse("wish", args=[tea.upc])


def shown(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def wished(user):
    return [line.product.title for line in wishes_of(user)]


def test_the_heart_puts_a_product_on_the_list_and_takes_it_off(signed_in, shopper, tea, heart):
    page = ProductPage.objects.get(product=tea).url
    assert "Add to wishlist" in shown(signed_in, page)

    signed_in.post(heart)
    assert wished(shopper) == ["Tea"]
    assert "Remove from wishlist" in shown(signed_in, page)

    signed_in.post(heart, {"remove": "1"})
    assert wished(shopper) == []


def test_with_htmx_the_heart_alone_is_answered(signed_in, shopper, heart):
    answer = signed_in.post(heart, headers=HTMX).content.decode()
    assert "Remove from wishlist" in answer
    assert "<html" not in answer
    assert "Add to wishlist" in signed_in.post(heart, {"remove": 1}, headers=HTMX).content.decode()


def test_a_guest_logs_in_and_lands_back_with_the_wish(guest, shopper, tea, heart):
    login = guest.post(heart, follow=True)
    assert "Log in, and it is on your wishlist." in login.content.decode()
    assert wished(shopper) == []

    values = {"login": shopper.email, "password": PASSWORD}
    back = guest.post(login.redirect_chain[-1][0], values, follow=True)

    assert wished(shopper) == ["Tea"]
    assert back.redirect_chain[-1][0] == ProductPage.objects.get(product=tea).url
    assert "Tea is on your wishlist." in back.content.decode()
    assert guest.get(reverse("wish_that_waited")).url == reverse("wishlist")


def test_a_session_that_ended_is_sent_to_the_login_with_htmx_too(guest, heart):
    assert guest.post(heart, headers=HTMX).headers["HX-Redirect"].startswith("/accounts/login/")


def test_the_list_shows_what_can_be_bought_here_and_who_else_wishes_nothing(
    signed_in, shopper, colleague, graca, tea
):
    sold_out = offer(make_product(title="Soup"), graca, in_stock=0).product
    for product in (tea, sold_out):
        add_to_wishlist(shopper, product)

    page = shown(signed_in, reverse("wishlist"))

    assert page.index("Soup") < page.index("Tea")
    assert page.count("Add to basket") == 1
    assert "Sold out here" in page
    assert "Nothing here yet" in shown(colleague, reverse("wishlist"))


def test_a_wish_goes_into_the_basket(signed_in, shopper, tea):
    add_to_wishlist(shopper, tea)
    form = {"sku": "TEA", "next": reverse("wishlist")}

    said = signed_in.post(reverse("basket_add"), form, follow=True)

    assert said.redirect_chain[-1][0] == reverse("wishlist")
    assert "Tea is in your basket" in said.content.decode()


@pytest.mark.parametrize("many", [1, 6])
def test_a_longer_list_asks_no_more(many, signed_in, shopper, graca, django_assert_num_queries):
    for _ in range(many):
        add_to_wishlist(shopper, offer(make_product(), graca).product)
    signed_in.get(reverse("wishlist"))
    with django_assert_num_queries(8):
        signed_in.get(reverse("wishlist"))


def test_what_there_is_not_cannot_be_wished_for(signed_in, tea, heart):
    tea.is_public = False
    tea.save()
    assert signed_in.post(heart).status_code == 404
    assert signed_in.get(heart).status_code == 405


def test_a_stranger_has_no_list():
    assert browser().get(reverse("wishlist")).url.startswith("/accounts/login/")
