"""A crash is told to whoever mends it; who was in it is told to nobody."""

import logging

import pytest
from django.db import IntegrityError

from shop.checkout import snapshot
from shop.customer.models import User
from shop.error_reports import ScrubbedFormatter
from shop.inventory import back_in_stock
from shop.testing.factories import make_basket, make_location, make_product, make_user, offer
from storefront import agreement

pytestmark = pytest.mark.django_db

TYPED = {"name": "Canary Quist", "email": "canary@quist.example", "phone": "+44 20 7946 0999"}
CANARIES = [*TYPED.values(), "canary", "Quist", "7946", "sim_ok"]


@pytest.fixture
def admins(settings, caplog):
    settings.ADMINS = [("Ada", "ada@magpie.example")]
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(ScrubbedFormatter("%(message)s"))
    return settings.ADMINS


def crash(*_args, **_kwargs):
    raise RuntimeError("the disk is full")


def told(mailoutbox, caplog):
    [mail] = mailoutbox
    bodies = [mail.subject, mail.body, *(body for body, _kind in mail.alternatives)]
    return "\n".join([*bodies, caplog.text])


def ordering(client):
    location, tea = make_location(), make_product()
    offer(tea, location)
    user = make_user(username="canary.q", email=TYPED["email"], last_name="Quist")
    basket = make_basket(location, (tea, 1), user=user)
    basket.reset_offer_applications()
    signed = agreement.sign(basket, basket.total_incl_tax, "")
    client.cookies["magpie_location"] = location.code
    client.force_login(user)
    return TYPED | {"card": "sim_ok", "agreement": signed}


def test_a_crash_in_the_checkout_names_nobody(admins, client, monkeypatch, mailoutbox, caplog):
    monkeypatch.setattr(snapshot, "write_order", crash)
    client.raise_request_exception = False

    response = client.post("/checkout/?key=canary", ordering(client))

    assert response.status_code == 500
    report = told(mailoutbox, caplog)
    assert "the disk is full" in report
    assert "place_order.py" in report
    for canary in CANARIES:
        assert canary not in report, canary


def test_a_crash_at_the_sign_up_names_nobody(admins, client, monkeypatch, mailoutbox, caplog):
    def clash(*_args, **_kwargs):
        raise IntegrityError(
            f"duplicate key\nDETAIL:  Key (lower(email))=({TYPED['email']}) already exists."
        )

    monkeypatch.setattr(User, "save", clash)
    client.raise_request_exception = False
    password = "canary-feathers-7946"

    response = client.post(
        "/accounts/signup/",
        {"email": TYPED["email"], "password1": password, "password2": password},
    )

    assert response.status_code == 500
    report = told(mailoutbox, caplog)
    assert "duplicate key" in report
    for canary in (TYPED["email"], password, "canary"):
        assert canary not in report, canary


def test_a_crash_at_a_page_with_a_key_tells_no_key(admins, client, monkeypatch, mailoutbox, caplog):
    monkeypatch.setattr(back_in_stock, "request_of", crash)
    client.raise_request_exception = False
    headers = {
        "RAW_URI": "/back-in-stock/canary:key/?q=Quist",
        "HTTP_HX_CURRENT_URL": "https://shop.example/search/?q=Quist",
        "HTTP_X_REAL_IP": "203.0.113.7",
        "HTTP_CF_CONNECTING_IP": "203.0.113.7",
    }

    client.get("/back-in-stock/canary:key/?key=canary", **headers)

    report = told(mailoutbox, caplog)
    assert mailoutbox[0].subject.endswith("/back-in-stock/[key]/")
    for secret in ("canary", "Quist", "203.0.113.7"):
        assert secret not in report, secret


def test_a_log_line_has_no_addresses():
    record = logging.LogRecord(
        "shop", logging.INFO, "", 0, "mail to %s bounced", ("ana@quist.example",), None
    )
    assert ScrubbedFormatter("%(message)s").format(record) == "mail to [email] bounced"
