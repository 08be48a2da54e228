"""Every kind of page, on a phone and at a dark desk: nobody is kept out, nothing is fetched
from elsewhere or written into the page, and nothing is wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from shop.testing.browser import log_in
from shop.tests.browser.test_one_order import LOCATION, choose_location, put_into_basket

pytestmark = pytest.mark.browser

TELL = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => {
  refused.push(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""
BY_ANYBODY = [
    "/",
    "/catalogue/",
    "/catalogue/bakery/",
    "/p/LEM-UNWX/",
    "/search/",
    "/search/?q=bread",
    "/search/?q=zzzz",
    "/locations/",
    "/l/graca/",
    "/how-collecting-works/",
    "/one-week-in-january/",
    "/basket/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nowhere/",
    "/offline/",
]
BY_A_SHOPPER = ["/", "/catalogue/bakery/", "/p/LEM-UNWX/", "/p/BUN-SAFF/", "/basket/", "/checkout/"]
SIGNED_IN = [
    "/account/",
    "/account/alerts/",
    "/account/profile/",
    "/orders/",
    "/wishlist/",
    "/reviews/",
    "/p/LEM-UNWX/review/",
    "/your-data/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/add/",
]


@pytest.fixture
def visitor(visit, shop_address):
    # Colours that fade into each other would be judged halfway.
    page = visit(width=390, reduced_motion="reduce")
    page.add_init_script(TELL)
    page.elsewhere = []
    page.on("request", lambda request: _note(page, request.url, shop_address))
    return page


def _note(page, url, shop_address):
    if not url.startswith((shop_address, "data:", "blob:")):
        page.elsewhere.append(f"fetched: {url}")


def barriers(page, **options):
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def faults(page):
    """What is wrong with the page as it stands, on a phone in the light and at a dark desk."""
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = [*barriers(page), *(["wider than the screen"] if wide else [])]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    found += barriers(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 900})
    return found + page.evaluate("refused") + page.elsewhere


def faults_at(page, addresses):
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page)
    return {address: said for address, said in found.items() if said}


def test_by_anybody(visitor):
    assert faults_at(visitor, BY_ANYBODY) == {}


def test_by_a_shopper_with_a_basket(visitor):
    choose_location(visitor, LOCATION)
    put_into_basket(visitor, "LEM-UNWX")

    assert faults_at(visitor, BY_A_SHOPPER) == {}

    visitor.get_by_role("button", name="Order and pay").click()
    assert faults(visitor) == []


def test_the_docs_of_the_api_run_under_their_policy(visitor):
    visitor.goto("/api/docs/")

    expect(visitor.get_by_role("heading", name="Magpie API")).to_be_visible()
    assert visitor.evaluate("refused") + visitor.elsewhere == []


def test_by_somebody_who_is_signed_in(visitor):
    log_in(visitor, "shopper")

    assert faults_at(visitor, SIGNED_IN) == {}
