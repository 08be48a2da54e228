import re

import pytest
from allauth.mfa.models import Authenticator

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


@pytest.fixture
def passkey(shopper):
    return Authenticator.objects.create(
        user=shopper, type=Authenticator.Type.WEBAUTHN, data={"name": "my phone"}
    )


KEYS = "/accounts/2fa/webauthn/"


def test_passkeys_are_listed_in_our_look(signed_in, colleague, passkey):
    assert "my phone" in signed_in.get(KEYS).content.decode()
    assert "my phone" not in colleague.get(KEYS).content.decode()
    assert "Your passkeys" in signed_in.get("/accounts/2fa/").content.decode()
    assert "Add a passkey" in colleague.get("/accounts/2fa/").content.decode()


def test_a_password_alone_opens_no_account_that_has_a_passkey(stranger, shopper, passkey):
    values = {"login": shopper.email, "password": "a-good-password"}
    assert stranger.post(LOGIN, values).url == "/accounts/2fa/authenticate/"
    assert stranger.get("/orders/").status_code == 302


def test_whose_passkey_it_is_nobody_else_may_touch(colleague, passkey):
    for act in ("edit", "remove"):
        url = f"{KEYS}keys/{passkey.pk}/{act}/"
        assert colleague.post(url).status_code in (302, 404)
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_the_login_page_offers_a_passkey_and_runs_no_script_of_its_own(stranger):
    page = stranger.get(LOGIN).content.decode()
    assert "Log in with a passkey" in page
    scripts = re.findall(r"<script(?P<attributes>[^>]*)>", page)
    assert scripts
    assert all("src=" in each or "application/json" in each for each in scripts)


def test_email_addresses_are_added_confirmed_and_chosen(stranger, shopper, mailoutbox):
    stranger.post(LOGIN, {"login": shopper.email, "password": "a-good-password"})
    said = stranger.post(
        "/accounts/email/", {"email": "new@quill.example", "action_add": ""}, follow=True
    ).content.decode()
    assert "not confirmed" in said
    link = re.search(r"/accounts/confirm-email/\S+/", mailoutbox[-1].body)[0]
    assert "Is this your address?" in stranger.get(link).content.decode()

    stranger.post(link)
    stranger.post("/accounts/email/", {"email": "new@quill.example", "action_primary": ""})

    shopper.refresh_from_db()
    assert shopper.email == "new@quill.example"
    assert "too old" in stranger.get("/accounts/confirm-email/nonsense/").content.decode()


def test_a_new_password_is_chosen_by_a_link_that_works_once(stranger, shopper, mailoutbox):
    stranger.post("/accounts/password/reset/", {"email": shopper.email})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)[0]
    form = stranger.get(link, follow=True)
    assert "Choose a new password" in form.content.decode()
    address = form.redirect_chain[-1][0]

    short = stranger.post(address, {"password1": "x", "password2": "x"}).content.decode()
    assert "too short" in short
    new = {"password1": "another-good-password", "password2": "another-good-password"}
    assert "Your password is changed" in stranger.post(address, new, follow=True).content.decode()

    assert "This link is too old" in browser().get(link, follow=True).content.decode()
