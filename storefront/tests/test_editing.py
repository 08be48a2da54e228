"""What editors may do, and what shoppers see of it."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from shop.testing.factories import make_location, make_product, make_user, offer
from storefront.models import ProductPage
from storefront.site_tree import site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    editor = make_user("Editors")
    client.force_login(editor)
    return editor


@pytest.fixture
def page():
    product = make_product(upc="APP", title="Apples", unit="kg", step=Decimal("0.25"))
    offer(product, make_location(name="Magpie Lisbon", code="lisbon"), "2.80")
    bristol = make_location(name="Magpie Bristol", code="bristol", currency="GBP")
    offer(product, bristol, "2.60")
    return ProductPage.objects.get(product=product)


def form(page, story):
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "intro": "",
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            "comments": inline_formset([]),
            "more_pictures": inline_formset([]),
            "story": streamfield([("text", rich_text(f"<p>{story}</p>"))]),
        }
    )


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_an_editor_publishes_a_story_and_shoppers_read_it(client, editor, page):
    data = form(page, "From one grower a town.") | {"action-publish": "1"}

    client.post(edit_url(page), data)
    client.logout()

    assert "From one grower a town." in client.get(page.url).content.decode()


def test_a_draft_is_not_shown(client, editor, page):
    client.post(edit_url(page), form(page, "Not yet."))

    assert "Not yet." not in client.get(page.url).content.decode()


def test_the_preview_shows_a_locations_live_price_beside_the_draft(client, editor, page):
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(preview, form(page, "A new story.")).json()["is_valid"]

    lisbon = client.get(preview, {"mode": "lisbon"}).content.decode()
    bristol = client.get(preview, {"mode": "bristol"}).content.decode()
    nowhere = client.get(preview, {"mode": ""}).content.decode()

    assert all("A new story." in text for text in (lisbon, bristol, nowhere))
    assert "€2.80" in lisbon
    assert "Magpie Lisbon" in lisbon
    assert "£2.60" in bristol
    assert "Choose where you collect" in nowhere


def test_the_editor_is_led_to_a_page_by_its_products_sku(client, editor, page):
    assert client.get("/edit/product/APP/").url == edit_url(page)


def test_a_stranger_is_asked_to_log_in_and_a_shopper_turned_away(client, page):
    assert client.get("/edit/product/APP/").url.startswith("/accounts/login/")

    client.force_login(make_user())
    assert client.get("/edit/product/APP/").status_code == 403


def test_a_page_that_stands_for_a_product_is_not_deleted_by_hand(client, editor, page):
    for doomed in (page, site_tree().catalogue):
        client.post(reverse("wagtailadmin_pages:delete", args=[doomed.pk]))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    client.post(f"{bulk}?id={page.pk}")

    assert Page.objects.filter(pk=page.pk).exists()


def test_product_pages_are_not_made_by_hand(client, editor, page):
    parent = site_tree().catalogue
    add = reverse("wagtailadmin_pages:add", args=["storefront", "productpage", parent.pk])

    client.post(add, form(page, "Twice"))

    assert ProductPage.objects.count() == 1


def test_an_editor_sees_no_way_to_the_stock(client, editor, page):
    text = client.get(edit_url(page)).content.decode()

    assert "This page stands for <strong>Apples</strong>" in text
    assert "stockrecord" not in text


def test_a_products_page_leads_to_its_stock_for_whoever_may_see_it(client, editor, page):
    stock = f'href="{reverse("admin:partner_stockrecord_changelist")}?q=APP"'
    assert stock not in client.get(edit_url(page)).content.decode()
    editor.groups.add(Group.objects.get(name="Owner"))
    assert stock in client.get(edit_url(page)).content.decode()
    assert client.get(reverse("edit_product_page", args=["APP"])).url == edit_url(page)


def test_the_first_page_of_the_cms_says_what_lacks_and_whether_beat_publishes(client, editor, page):
    text = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Products without a picture" in text
    assert edit_url(page) in text
    assert "have not been published yet" in text

    apps.get_model("tasks.BeatRun").objects.create(
        job="tasks.publish_scheduled", done_at=timezone.now()
    )
    assert "were last published" in client.get(reverse("wagtailadmin_home")).content.decode()
