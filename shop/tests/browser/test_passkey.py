"""A shopper adds a passkey: it opens the account, and the password alone does no more."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# A phone that has seen its owner's finger.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
EMAIL, PASSWORD = "passkey@quill.example", "a-long-walk-to-the-shop"


@pytest.fixture
def phone(visit):
    page = visit(width=390)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_up(page):
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(EMAIL)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.wait_for_url(lambda address: "signup" not in address)


def is_at_home(address):
    return urlsplit(address).path == "/account/"


def test_a_passkey_is_added_and_opens_the_account(phone):
    sign_up(phone)
    phone.goto("/accounts/2fa/")
    phone.get_by_role("link", name="Add a passkey").click()
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_label("Name").fill("my phone")
    phone.get_by_role("button", name="Add the passkey").click()
    expect(phone.locator("h1")).to_have_text("Recovery codes")
    phone.goto("/accounts/2fa/webauthn/")
    expect(phone.locator("main")).to_contain_text("my phone")

    phone.context.clear_cookies()
    phone.goto("/accounts/login/?next=/account/")
    phone.get_by_role("button", name="Log in with a passkey").click()

    phone.wait_for_url(is_at_home)
    expect(phone.locator("h1")).to_have_text("Your account")

    phone.context.clear_cookies()
    phone.goto("/accounts/login/?next=/account/")
    phone.get_by_label("Email or username").fill(EMAIL)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Log in", exact=True).click()
    phone.get_by_role("button", name="Use a passkey").click()
    phone.wait_for_url(is_at_home)
