"""From a place to a paid order, on a phone and without scripts: what happens in place."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SETTLES_WITHIN = 60_000
LOCATION, LEMONS, BREAD = "Magpie Graça", "LEM-UNWX", "BAG-LONG"


def listen(page):
    """What the browser complains of: blocked scripts and styles among it."""
    complaints = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    return complaints


def choose_place(page, typed):
    page.goto("/locations/?next=/basket/")
    page.get_by_label("Town, street or name").fill(typed)


def collect_at(page, name):
    place = page.locator("li.place").filter(has_text=name)
    place.get_by_role("button", name="Collect here").click()


def put_in(page, *skus):
    for sku in skus:
        page.goto(f"/p/{sku}/")
        page.get_by_role("button", name="Add to basket").click()


def fill_in(page):
    page.get_by_label("Name", exact=True).fill("Zebulon Quist")
    page.get_by_label("Email").fill("zebulon@quist.example")


def order(page):
    page.locator("#pay").get_by_role("button", name="Order and pay").click()


def change_quantities(page):
    more = page.get_by_role("button", name="More of Unwaxed lemons")
    for _press in range(3):
        more.click()
    expect(page.locator("#basket-status")).to_contain_text("Total")
    expect(page.get_by_label("Unwaxed lemons: Quantity")).to_have_value("4")
    page.get_by_role("button", name="Remove Baguette").click()
    expect(page.locator("li.line")).to_have_count(1)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("li.line")).to_have_count(2)
    page.reload()
    expect(page.get_by_label("Unwaxed lemons: Quantity")).to_have_value("4")


def test_a_phone_from_a_place_to_a_second_card(visit):
    phone = visit(width=390)
    complaints = listen(phone)
    choose_place(phone, "graca")
    expect(phone.locator("li.place")).to_have_count(1)
    collect_at(phone, LOCATION)
    put_in(phone, LEMONS, BREAD)
    phone.goto("/basket/")
    change_quantities(phone)

    phone.get_by_role("link", name="Go to checkout").click()
    fill_in(phone)
    phone.locator("#id_code").fill("NONSENSE")
    phone.get_by_role("button", name="Use").click()
    expect(phone.locator("#id_code_error")).to_contain_text("NONSENSE")
    phone.get_by_label("Card number").fill("4111111111111111")
    order(phone)
    expect(phone.get_by_text("This is none of our test cards.")).to_be_visible()
    phone.get_by_label("Card number").fill("4000000000000002")
    order(phone)
    phone.get_by_role("link", name="Try another card").click(timeout=SETTLES_WITHIN)

    expect(phone.get_by_label("Name", exact=True)).to_have_value("Zebulon Quist")
    phone.get_by_label("3220").check()
    order(phone)
    phone.get_by_role("button", name="Confirm").wait_for(timeout=SETTLES_WITHIN)
    expect(phone.locator("[data-hold-left]")).to_contain_text("14:")
    phone.get_by_role("button", name="Confirm").click()
    expect(phone.locator("img.pickup__qr")).to_be_visible(timeout=SETTLES_WITHIN)
    assert complaints == []


def test_without_scripts_it_is_found_changed_and_cancelled(visit):
    plain = visit(width=390, java_script_enabled=False)
    choose_place(plain, "lisboa")
    plain.get_by_role("button", name="Find").click()
    collect_at(plain, LOCATION)
    put_in(plain, LEMONS)
    plain.goto("/basket/")
    plain.get_by_label("Unwaxed lemons: Quantity").fill("3")
    plain.get_by_role("button", name="Save").last.click()
    expect(plain.get_by_label("Unwaxed lemons: Quantity")).to_have_value("3")

    plain.get_by_role("link", name="Go to checkout").click()
    fill_in(plain)
    plain.get_by_label("3220").check()
    order(plain)
    plain.get_by_role("link", name="Cancel this order").click()
    plain.get_by_role("button", name="Yes, cancel it").click()
    expect(plain.get_by_role("heading", name="Cancelled")).to_be_visible()
    plain.get_by_role("button", name="Order again").click()
    expect(plain.get_by_label("Unwaxed lemons: Quantity")).to_have_value("3")
