"""One shelf: a stock keeper puts numbers right, takes goods in and counts, without a mouse.

A scanner is a keyboard that types and presses Enter.
"""

import pytest
from playwright.sync_api import expect

from shop.testing.browser import log_in

pytestmark = pytest.mark.browser


def scan(page, *skus):
    for sku in skus:
        page.keyboard.type(sku)
        page.keyboard.press("Enter")


def put_right(page):
    page.goto("/backoffice/stock/?q=BAG-LONG")
    cell = page.locator("td.grid-cell[data-address]").first
    before = int(cell.get_attribute("data-seen"))
    cell.focus()
    page.keyboard.type("+3")
    page.keyboard.press("Enter")
    # Nothing is sent before its reason is typed.
    page.keyboard.type("found behind a crate")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("data-seen", str(before + 3))
    page.keyboard.type("-100000")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-editor .refusal")).not_to_be_empty()
    expect(page.locator(".cell-editor [name=typed]")).to_have_value("-100000")
    page.keyboard.press("Escape")
    expect(page.locator(".cell-editor")).to_be_hidden()
    expect(cell).to_be_focused()


def take_in(page):
    page.goto("/backoffice/inventory/delivery/add/")
    scan(page, "BAG-LONG", "APP-BRAE", "NOPE", "BAG-LONG")
    expect(page.locator("tr.wrong")).to_have_count(1)
    expect(page.locator("tr.waiting")).to_have_count(0)
    quantities = page.locator("[name=quantity]")
    assert [field.input_value() for field in quantities.all()] == ["2", "0.25", "+"]
    expect(page.locator("#scan")).to_be_focused()
    page.locator("tr.wrong .take-away").click()
    expect(page.locator("tr.wrong")).to_have_count(0)
    page.locator("[name=book]").click()
    page.wait_for_url("**/delivery/*/change/")
    expect(page.locator("table")).to_contain_text("+2")


def count(page):
    page.goto("/backoffice/inventory/stocktake/add/")
    page.locator("[name=location]").select_option(index=1)
    page.locator("[name=_save]").first.click()
    page.locator("#scan").focus()
    scan(page, "BAG-LONG", "BAG-LONG", "BAG-LONG")
    expect(page.locator(".beep strong")).to_have_text("3")
    expect(page.locator("#scan")).to_be_focused()
    page.locator("[name=look]").click()
    expect(page.locator("table")).to_contain_text("Baguette")
    expect(page.locator("[name=close]")).to_be_visible()


def test_a_keeper_puts_right_takes_in_and_counts(visit):
    page = visit()
    log_in(page, "keeper")
    put_right(page)
    take_in(page)
    count(page)
