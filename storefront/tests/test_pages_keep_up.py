"""A page for each product, category and location, at once and in step."""

import pytest

from shop.testing.factories import make_category, make_location, make_product
from storefront.models import CategoryPage, LocationPage, ProductPage
from storefront.site_tree import site_tree

pytestmark = pytest.mark.django_db


def page_of(product):
    return ProductPage.objects.get(product=product)


def test_a_new_product_has_a_published_page_at_once(client):
    page = page_of(make_product(title="Brown bread"))

    assert (page.title, page.slug, page.live) == ("Brown bread", "brown-bread", True)
    assert "Brown bread" in client.get(page.url).content.decode()


def test_two_products_of_one_name_have_addresses_of_their_own():
    slugs = [page_of(make_product(title="Honey")).slug for _ in range(2)]

    assert slugs == ["honey", "honey-2"]


def test_a_page_moves_below_the_page_of_its_products_category():
    fruit = make_category("Fruit")
    product = make_product(title="Pears")

    product.categories.add(fruit)
    assert page_of(product).get_parent() == CategoryPage.objects.get(category=fruit).page_ptr

    product.categories.clear()
    assert page_of(product).get_parent() == site_tree().catalogue.page_ptr


def test_category_pages_stand_as_the_categories_do():
    cheese = make_category("Cheese", parent=make_category("Dairy"))

    assert CategoryPage.objects.get(category=cheese).url == "/catalogue/dairy/cheese/"


def test_the_title_follows_the_name_until_an_editor_chooses_another():
    product = make_product(title="Bread")
    product.title = "Country bread"
    product.save()
    assert page_of(product).title == "Country bread"

    page = page_of(product)
    page.title = "Our bread"
    page.save_revision().publish()
    product.title = "Sourdough"
    product.save()
    assert page_of(product).title == "Our bread"


def test_a_draft_saved_before_the_product_was_renamed_does_not_bring_the_old_name_back():
    product = make_product(title="Bread")
    page_of(product).save_revision()
    product.title = "Country bread"
    product.save()

    page_of(product).latest_revision.publish()

    assert page_of(product).title == "Country bread"


def test_a_withdrawn_products_page_is_gone_and_comes_back_with_it(client):
    product = make_product()
    url = page_of(product).url

    product.is_public = False
    product.save()
    assert client.get(url).status_code == 404
    assert client.get(product.get_absolute_url()).status_code == 404

    product.is_public = True
    product.save()
    assert client.get(url).status_code == 200


def test_publishing_a_draft_does_not_put_a_withdrawn_product_back(client):
    product = make_product(is_public=False)
    page = page_of(product)

    page.save_revision().publish()

    assert client.get(page.url).status_code == 404


def test_what_an_editor_took_offline_stays_so_when_the_product_is_saved():
    product = make_product()
    page_of(product).unpublish()

    product.save()

    assert page_of(product).live is False


def test_a_deleted_product_takes_its_page_along():
    product = make_product()
    tree = site_tree()
    product.delete()

    assert not ProductPage.objects.exists()
    tree.catalogue.refresh_from_db()
    assert tree.catalogue.numchild == 0


def test_a_deleted_category_leaves_its_products_their_pages():
    dairy = make_category("Dairy")
    product = make_product()
    product.categories.add(make_category("Cheese", parent=dairy))

    type(dairy).objects.get(pk=dairy.pk).delete()

    assert not CategoryPage.objects.exists()
    assert page_of(product).get_parent() == site_tree().catalogue.page_ptr


def test_a_location_has_a_page_and_loses_it_when_it_closes(client):
    location = make_location(name="Magpie Belém")
    page = LocationPage.objects.get(location=location)
    assert "Magpie Belém" in client.get(page.url).content.decode()

    location.is_active = False
    location.save()
    assert client.get(page.url).status_code == 404


def test_permalinks_lead_to_the_pages(client):
    product, fruit = make_product(upc="APP-1"), make_category("Fruit")
    location = make_location()

    targets = [client.get(thing.get_absolute_url()).url for thing in (product, fruit, location)]

    assert targets == [
        page_of(product).url,
        CategoryPage.objects.get(category=fruit).url,
        LocationPage.objects.get(location=location).url,
    ]
