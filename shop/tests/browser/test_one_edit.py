"""One edit: an editor changes a product's story beside its live price, and a shopper reads it."""

import re

import pytest
from playwright.sync_api import expect

from shop.testing.browser import log_in

pytestmark = pytest.mark.browser

SENTENCE = "A box of these once crossed the Tagus on a bicycle."


def open_editor_of(page, name):
    page.goto("/cms/pages/search/?q=" + name.replace(" ", "+"))
    page.get_by_role("link", name=name).first.click()
    page.wait_for_url("**/edit/")
    # A moment after loading, the editor notes what the form holds: changes count from there.
    page.wait_for_timeout(3_000)


def test_an_editor_changes_a_story_and_the_shopper_sees_it(visit):
    editor, shopper = visit(width=1440), visit(width=390)
    log_in(editor, "editor")
    open_editor_of(editor, "Braeburn apples")
    story = editor.locator("[data-contentpath=story] [contenteditable=true]").first
    story.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.type(" " + SENTENCE)
    expect(story).to_contain_text(SENTENCE)
    # The editor keeps what is typed as a draft by itself.
    saved = editor.locator(".w-autosave-indicator__text:visible")
    expect(saved).to_have_text("Saved", timeout=30_000)

    editor.get_by_role("button", name="Toggle preview").click()
    preview = editor.frame_locator("iframe#w-preview-iframe, [data-preview-iframe], iframe").first
    expect(preview.locator("body")).to_contain_text(SENTENCE, timeout=30_000)
    expect(preview.locator("body")).to_contain_text(re.compile(r"\d\.\d\d\s*/\s*kg"))

    shopper.goto("/p/APP-BRAE/")
    expect(shopper.get_by_role("main")).not_to_contain_text(SENTENCE)

    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Publish", exact=True).click()
    editor.wait_for_url(re.compile("/cms/pages/"))

    shopper.reload()
    expect(shopper.get_by_role("main")).to_contain_text(SENTENCE)


def test_a_new_product_has_a_page_at_once(visit):
    desk, shopper = visit(width=1440), visit()
    log_in(desk, "admin")
    desk.goto("/backoffice/catalogue/product/add/")
    desk.locator("[name=title]").fill("Raffia hat")
    desk.locator("[name=upc]").fill("HAT-RAFF")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url("**/backoffice/catalogue/product/")

    answer = shopper.goto("/p/HAT-RAFF/")

    assert answer.status == 200
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Raffia hat")
