import pytest

from shop.customer.models import User

pytestmark = pytest.mark.django_db

ENTRANCE = ["login/", "signup/", "password/reset/", "password/reset/done/"]
INSIDE = ["logout/", "email/", "password/change/"]


@pytest.mark.parametrize("path", ENTRANCE)
def test_the_way_in_wears_our_look(stranger, path):
    page = stranger.get(f"/accounts/{path}").content.decode()
    assert "storefront/css/base.css" in page
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
