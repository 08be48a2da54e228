"""One order, all the way through: a shopper on a phone, an admin at a desk, a real worker."""

import re

import pytest
from playwright.sync_api import expect

from shop.testing.browser import log_in

pytestmark = pytest.mark.browser

SHOPPER = {"name": "Zebulon Quist", "email": "zebulon@quist.example", "phone": "+44 20 7946 0123"}
LOCATION, SKU = "Magpie Graça", "LEM-UNWX"
SETTLES_WITHIN = 60_000


def choose_location(page, name):
    page.goto("/locations/")
    card = page.locator("article, li").filter(has_text=name)
    card.get_by_role("button", name="Collect here").last.click()
    expect(page.get_by_role("banner")).to_contain_text(name)


def put_into_basket(page, sku):
    page.goto(f"/p/{sku}/")
    page.get_by_role("button", name="Add to basket").click()
    expect(page.get_by_role("link", name=re.compile("basket", re.I)).first).to_be_visible()


def order_and_pay(page, card="4242"):
    page.goto("/checkout/")
    for field, value in SHOPPER.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_label(card).check()
    page.get_by_role("button", name="Order and pay").click()
    page.wait_for_url("**/orders/*/")


def free_stock(desk, sku, location):
    """What the stock list says of a product at a location: on the shelf, reserved, free."""
    desk.goto(f"/backoffice/partner/stockrecord/?q={sku}")
    row = desk.locator("tbody tr").filter(has_text=location).first
    return {
        column: row.locator(f".field-{column}").inner_text().strip()
        for column in ("in_stock", "reserved", "free")
    }


def mark_ready(desk, number):
    desk.goto(f"/backoffice/order/order/?q={number}")
    desk.get_by_role("link", name=number).click()
    desk.get_by_role("button", name="Mark ready").click()
    desk.get_by_role("button", name="It is ready").click()
    expect(desk.locator("body")).to_contain_text(re.compile("ready to collect", re.I))


def hand_over(desk, code):
    desk.goto("/backoffice/pickup/")
    desk.get_by_label("Scan or type the code").fill(code)
    desk.keyboard.press("Enter")


def test_one_order_from_the_home_page_to_the_counter(visit):
    phone, desk = visit(width=390), visit()
    log_in(desk, "admin")
    before = free_stock(desk, SKU, LOCATION)

    phone.goto("/")
    choose_location(phone, LOCATION)
    put_into_basket(phone, SKU)
    order_and_pay(phone)

    # The page follows by itself: a worker settles the payment and draws the code.
    expect(phone.locator("img.pickup__qr")).to_be_visible(timeout=SETTLES_WITHIN)
    number = phone.locator(".order__number").first.inner_text()
    code = phone.locator(".pickup__code").inner_text()
    assert phone.locator("img.pickup__qr").evaluate("image => image.naturalWidth") > 0
    reserved = free_stock(desk, SKU, LOCATION)
    assert reserved["in_stock"] == before["in_stock"]
    assert int(reserved["free"]) == int(before["free"]) - 1

    mark_ready(desk, number)
    assert not any(secret in desk.content() for secret in SHOPPER.values())

    hand_over(desk, code)
    desk.get_by_role("button", name="Hand over").click()
    expect(desk.get_by_role("heading", name="Handed over", exact=True)).to_be_visible()
    gone = free_stock(desk, SKU, LOCATION)
    assert int(gone["in_stock"]) == int(before["in_stock"]) - 1
    assert gone["free"] == reserved["free"]

    hand_over(desk, code)
    expect(desk.get_by_role("heading", name="Do not hand over")).to_be_visible()
    expect(desk.get_by_role("alert").filter(has_text="Already collected")).to_be_visible()

    desk.goto(f"/backoffice/partner/stockrecord/?q={SKU}")
    desk.locator("tbody tr").filter(has_text=LOCATION).get_by_role("link").first.click()
    ledger = desk.locator(".story li").filter(has_text=number)
    expect(ledger.locator("strong")).to_have_text(["handed over", "reserved"], ignore_case=True)


def test_a_declined_card_brings_everything_back(visit):
    phone = visit(width=390)
    choose_location(phone, LOCATION)
    put_into_basket(phone, SKU)
    order_and_pay(phone, card="0002")

    expect(phone.get_by_text(re.compile("declined", re.I)).first).to_be_visible(
        timeout=SETTLES_WITHIN
    )
    phone.goto("/basket/")
    expect(phone.get_by_role("main")).to_contain_text("Unwaxed lemons")


def test_an_order_is_shown_to_nobody_else(visit):
    phone, stranger = visit(width=390), visit()
    choose_location(phone, LOCATION)
    put_into_basket(phone, SKU)
    order_and_pay(phone)

    assert stranger.goto(phone.url).status == 404


def test_a_shop_without_scripts_sells_too(visit):
    plain = visit(width=820, java_script_enabled=False)
    choose_location(plain, LOCATION)
    put_into_basket(plain, SKU)
    order_and_pay(plain)

    # Without scripts the page asks for itself again until it is settled.
    expect(plain.locator("img.pickup__qr")).to_be_visible(timeout=SETTLES_WITHIN)
