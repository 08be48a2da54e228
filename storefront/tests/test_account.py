"""The account's own pages. None of them shows anything of anybody else's."""

import pytest
from django.urls import reverse

from shop.catalogue.reviews.writing import write_review
from shop.customer.models import User
from shop.inventory import back_in_stock
from shop.inventory.models import StockRequest
from shop.testing.factories import make_order, make_product, make_user, offer
from shop.wishlists.wishes import add_to_wishlist
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

PAGES = ["account", "profile", "alerts", "wishlist", "reviews", "orders", "your_data"]


@pytest.fixture
def soup(graca):
    """Sold out."""
    return offer(make_product(title="Soup", upc="SOUP"), graca, in_stock=0).product


@pytest.fixture
def alert(shopper, soup, graca):
    return back_in_stock.ask(soup, graca, user=shopper)


def shown(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_logs_in_first(name):
    assert browser().get(reverse(name)).url == f"/accounts/login/?next={reverse(name)}"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_reached_from_every_other(name, signed_in):
    page = shown(signed_in, name)
    assert all(f'href="{reverse(other)}"' in page for other in PAGES)
    assert page.count("<h1") == 1
    assert page.count('aria-current="page"') == 1


def test_the_first_page_says_what_there_is(signed_in, colleague, shopper, graca, alert, soup):
    tea = offer(make_product(title="Tea"), graca).product
    order = make_order(graca, (tea, 1), user=shopper)
    add_to_wishlist(shopper, tea)
    write_review(tea, shopper, score=4, title="Tea", body="It is tea.")

    page = shown(signed_in, "account")

    assert "Hello, Zoe" in page
    for said in (order.number, "1 product kept", "1 written", "You wait for 1 product"):
        assert said in page
        assert said not in shown(colleague, "account")


@pytest.mark.parametrize("many", [1, 5])
def test_more_of_everything_asks_no_more(
    many, signed_in, shopper, graca, django_assert_num_queries
):
    for _ in range(many):
        tea = offer(make_product(), graca).product
        make_order(graca, (tea, 1), user=shopper)
        add_to_wishlist(shopper, tea)
        write_review(tea, shopper, score=4, title="Tea", body="It is tea.")
        soup = offer(make_product(), graca, in_stock=0).product
        back_in_stock.ask(soup, graca, user=shopper)
    for name, queries in {"account": 9, "alerts": 6, "reviews": 7}.items():
        signed_in.get(reverse(name))
        with django_assert_num_queries(queries):
            signed_in.get(reverse(name))


def test_names_are_changed(signed_in, shopper):
    values = {"first_name": "Ada", "last_name": "Quist", "username": "ada"}
    assert "Your profile is saved." in (
        signed_in.post(reverse("profile"), values, follow=True).content.decode()
    )
    shopper.refresh_from_db()
    assert (shopper.get_full_name(), shopper.username) == ("Ada Quist", "ada")


@pytest.mark.parametrize(
    ("username", "said"),
    [("", "Type a username."), ("Taken", "already exists"), ("a b", "Enter a valid username")],
)
def test_a_username_that_will_not_do_is_refused_and_nothing_typed_is_lost(
    username, said, signed_in, shopper
):
    make_user(username="taken")
    values = {"first_name": "Ada", "last_name": "Quist", "username": username}

    answer = signed_in.post(reverse("profile"), values).content.decode()

    assert said in answer
    assert 'value="Ada"' in answer
    assert User.objects.get(pk=shopper.pk).first_name == "Zoe"


def test_ones_own_username_may_change_its_capitals(signed_in, shopper):
    values = {"first_name": "", "last_name": "", "username": shopper.username.upper()}
    assert signed_in.post(reverse("profile"), values).status_code == 302


def test_an_alert_is_shown_and_given_up_by_who_asked_alone(signed_in, colleague, alert):
    assert "Soup" in shown(signed_in, "alerts")
    assert "You wait for nothing" in shown(colleague, "alerts")

    colleague.post(reverse("alerts"), {"request": alert.pk})
    assert StockRequest.objects.exists()
    assert "You are off the list" in (
        signed_in.post(reverse("alerts"), {"request": alert.pk}, follow=True).content.decode()
    )
    assert not StockRequest.objects.exists()


@pytest.mark.parametrize("pk", ["", "x", "-1", "9" * 30])
def test_nonsense_gives_nothing_up(pk, signed_in, alert):
    assert signed_in.post(reverse("alerts"), {"request": pk}).status_code == 302
    assert StockRequest.objects.exists()
