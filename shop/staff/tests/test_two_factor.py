"""Logging in by two factors: at every door, and demanded by owners."""

from base64 import b64decode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client

from shop.audit.models import AuditEntry
from shop.customer import roles
from shop.staff import two_factor
from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db

OFFICE, CMS, SETUP = "/backoffice/", "/cms/", "/accounts/2fa/totp/activate/"


@pytest.fixture
def secret(owner):
    secret = generate_totp_secret()
    TOTP.activate(owner, secret)
    RecoveryCodes.activate(owner)
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def test_a_password_alone_does_not_log_in_whoever_has_a_second_factor(owner, secret, log_in):
    client, answer = log_in(owner)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    for door in (OFFICE, CMS):
        assert client.get(door).status_code == 302

    client.post(answer["Location"], {"code": "000000"})
    assert client.get(OFFICE).status_code == 302
    client.post(answer["Location"], {"code": code_of(secret)})

    assert client.get(OFFICE).status_code == 200
    assert client.get(CMS).status_code == 200


def test_a_recovery_code_opens_once(owner, secret, log_in):
    code = Authenticator.objects.get(user=owner, type="recovery_codes").wrap().get_unused_codes()[0]
    client, answer = log_in(owner)
    client.post(answer["Location"], {"code": code})
    assert client.get(OFFICE).status_code == 200

    again, answer = log_in(owner)
    again.post(answer["Location"], {"code": code})
    assert again.get(OFFICE).status_code == 302


@pytest.mark.parametrize("door", ["/backoffice/login/", "/cms/login/"])
def test_every_door_is_the_one_that_knows(door, client):
    for method in (client.get, client.post):
        assert method(f"{door}?next=/cms/")["Location"].startswith("/accounts/login/?next=")


def test_the_door_leads_to_no_stranger(client):
    answer = client.get("/backoffice/login/?next=https://evil.example/")
    assert answer["Location"] == "/accounts/login/?next=/backoffice/"


def test_a_shopper_at_the_back_offices_door_is_told_so(log_in):
    client, _answer = log_in(make_user())
    answer = client.get("/backoffice/login/?next=/backoffice/")
    assert answer.status_code == 403
    assert "does not open the back office" in answer.content.decode()


def test_a_program_needs_the_code_too(owner, secret):
    typed = {"username": "owner", "password": "a-good-password"}
    send = Client().post

    def status(**more):
        return send("/api/auth/login/", typed | more, content_type="application/json").status_code

    assert status() == 401
    assert status(code="000000") == 401
    assert status(code=code_of(secret)) == 200


def test_guessing_codes_comes_to_an_end_at_every_door(owner, secret, log_in, client):
    browser, answer = log_in(owner)
    for _guess in range(10):
        browser.post(answer["Location"], {"code": "000000"})
    page = browser.post(answer["Location"], {"code": code_of(secret)}).content.decode()
    assert "Too many wrong passwords" in page
    assert browser.get(OFFICE).status_code == 302
    typed = {"username": "owner", "password": "a-good-password", "code": code_of(secret)}
    refused = client.post("/api/auth/login/", typed, content_type="application/json")
    assert refused.status_code == 429


def test_secrets_are_not_to_be_read_in_the_database(owner, secret):
    stored = Authenticator.objects.get(user=owner, type="totp").data
    assert secret not in str(stored)


def test_what_is_demanded_is_asked_for_before_anything_opens(owner, counter, log_in):
    client, _answer = log_in(counter)
    two_factor.demand(True, actor=owner)
    for address in (OFFICE, "/backoffice/pickup/", CMS):
        assert client.get(address)["Location"] == SETUP
    assert client.get("/api/auth/me/").status_code == 401
    page = client.get(SETUP).content.decode()
    assert "Set up two-factor login" in page
    # Without its namespace no browser draws it.
    drawn = b64decode(page.partition("base64,")[2].partition('"')[0])
    assert b'xmlns="http://www.w3.org/2000/svg"' in drawn

    secret = client.session["mfa.totp.secret"]
    client.post(SETUP, {"code": code_of(secret)})

    assert client.get(OFFICE).status_code == 200


def test_a_shopper_is_asked_for_no_second_factor(owner, log_in):
    two_factor.demand(True, actor=owner)
    client, _answer = log_in(make_user())
    assert client.get("/orders/").status_code == 200


def test_a_demand_is_written_down_once_and_taken_back(owner, counter, log_in):
    two_factor.demand(False, actor=owner)
    assert not AuditEntry.objects.exists()
    two_factor.demand(True, actor=owner)
    two_factor.demand(True, actor=owner)
    two_factor.demand(False, actor=owner)
    assert AuditEntry.objects.count() == 2
    client, _answer = log_in(counter)
    assert client.get(OFFICE).status_code == 200


def test_whoever_lost_their_phone_is_helped_by_an_owner(owner, secret, log_in):
    other = make_user(roles.OWNER)
    two_factor.take_away(owner, actor=other)
    client, _answer = log_in(owner)
    assert client.get(OFFICE).status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.object_name) == (other, "owner")
