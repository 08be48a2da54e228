import pytest

from shop.customer.models import User
from shop.locations.choice import COOKIE
from shop.testing.factories import make_basket, make_location, make_product, offer
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"

ENTRANCE = ["login/", "signup/", "password/reset/", "password/reset/done/"]
INSIDE = ["logout/", "email/", "password/change/"]


@pytest.mark.parametrize("path", ENTRANCE)
def test_the_way_in_wears_our_look(stranger, path):
    page = stranger.get(f"/accounts/{path}").content.decode()
    assert "storefront/css/shop.css" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("path", INSIDE)
def test_the_account_wears_our_look(signed_in, path):
    page = signed_in.get(f"/accounts/{path}").content.decode()
    assert "account-navigation" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("who", ["username", "email"])
def test_logging_in_by_either_name(stranger, shopper, who):
    values = {"login": getattr(shopper, who), "password": "a-good-password"}
    assert stranger.post("/accounts/login/?next=/orders/", values).status_code == 302
    assert stranger.get("/orders/").status_code == 200


def test_a_wrong_password_keeps_the_name(stranger, shopper):
    values = {"login": shopper.email, "password": "wrong"}
    page = stranger.post("/accounts/login/", values).content.decode()
    assert f'value="{shopper.email}"' in page
    assert 'role="alert"' in page


def test_signing_up(stranger):
    values = {
        "email": "new@quill.example",
        "password1": "a-good-password",
        "password2": "a-good-password",
    }
    assert stranger.post("/accounts/signup/", values).status_code == 302
    assert User.objects.get().email == "new@quill.example"


def test_logging_in_elsewhere_goes_on_where_the_basket_is(graca, shopper):
    tea = make_product()
    offer(tea, graca)
    make_basket(graca, (tea, 1), user=shopper)
    another_device = browser()

    another_device.post(LOGIN, {"login": shopper.email, "password": "a-good-password"})

    assert another_device.cookies[COOKIE].value == graca.code
    assert graca.name in another_device.get("/basket/").content.decode()


def test_logging_in_leaves_a_chosen_location_alone(graca, shopper):
    tea, elsewhere = make_product(), make_location()
    offer(tea, graca)
    make_basket(graca, (tea, 1), user=shopper)
    client = browser(elsewhere)

    client.post(LOGIN, {"login": shopper.email, "password": "a-good-password"})

    assert client.cookies[COOKIE].value == elsewhere.code


def test_account_mails_name_the_shop(shopper, stranger, mailoutbox):
    stranger.post("/accounts/password/reset/", {"email": shopper.email})

    [mail] = mailoutbox
    assert "example.com" not in mail.subject + mail.body
    assert "Magpie" in mail.body
