"""Keeps one page for each product, category and location, in step with what it stands for.

Each function may be called again at any time: what is right already stays as it is.
"""

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page

from shop.catalogue.models import Product
from storefront.models import CategoryPage, LocationPage, ProductPage
from storefront.site_tree import add_page, site_tree


@transaction.atomic
def keep_product_page(product):
    page = ProductPage.objects.filter(product=product).first()
    if page is None:
        return _open(
            ProductPage(product=product), product.title, product.is_public, _shelf_of(product)
        )
    return _keep_up(page, product.title, product.is_public)


def keep_product_pages(product_ids):
    """The same for many, and where each stands."""
    for product in Product.objects.filter(pk__in=product_ids).order_by("pk"):
        keep_product_page(product)
        place_product_page(product)


@transaction.atomic
def keep_category_page(category):
    page = CategoryPage.objects.filter(category=category).first()
    parent = _parent_of(category)
    if page is None:
        page = CategoryPage(category=category, intro=category.description, show_in_menus=True)
        return _open(page, category.name, category.is_public, parent)
    _move(page, parent)
    return _keep_up(page, category.name, category.is_public)


@transaction.atomic
def keep_location_page(location):
    page = LocationPage.objects.filter(location=location).first()
    if page is None:
        page = LocationPage(location=location)
        return _open(page, location.name, location.is_active, site_tree().locations)
    return _keep_up(page, location.name, location.is_active)


@transaction.atomic
def place_product_page(product):
    """Move a product's page below the page of its first category."""
    page = ProductPage.objects.filter(product=product).first()
    if page is not None:
        _move(page, _shelf_of(product))


@transaction.atomic
def close_page(model, **thing):
    """Delete the page of what is about to be deleted; products below it move to the catalogue."""
    page = model.objects.filter(**thing).first()
    if page is None:
        return
    for below in ProductPage.objects.descendant_of(page):
        _move(below, site_tree().catalogue)
    page = model.objects.get(pk=page.pk)
    page.delete()


def _shelf_of(product):
    first = product.categories.through.objects.filter(product=product).order_by("pk").first()
    page = first and CategoryPage.objects.filter(category=first.category_id).first()
    return page or site_tree().catalogue


def _parent_of(category):
    parent = category.get_parent() if category.depth > 1 else None
    page = parent and CategoryPage.objects.filter(category=parent).first()
    if parent and page is None:
        page = keep_category_page(parent)
    return page or site_tree().catalogue


def _open(page, name, is_shown, parent):
    page.title = page.draft_title = page.mirrored_name = name
    page.slug = _free_slug(slugify(name, allow_unicode=True) or str(page.pk or "page"), parent)
    page.live, page.is_withdrawn = is_shown, not is_shown
    return add_page(parent, page)


def _keep_up(page, name, is_shown):
    if _follows(page, name) | _shows(page, is_shown):
        page.save(clean=False)
    return page


def _follows(page, name):
    if page.mirrored_name == name:
        return False
    for field in ("title", "draft_title"):
        if getattr(page, field) == page.mirrored_name:
            setattr(page, field, name)
    page.mirrored_name = name
    return True


def _shows(page, is_shown):
    if is_shown is not page.is_withdrawn:
        return False
    # What an editor took offline by hand stays so: only what was withdrawn comes back.
    page.is_withdrawn = not is_shown
    page.live = is_shown
    return True


def _move(page, parent):
    if page.path[: -page.steplen] == parent.path:
        return
    parent = Page.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    slug = _free_slug(page.slug, parent)
    if slug != page.slug:
        page.slug = slug
        page.save(clean=False)
    page.move(parent, pos="last-child")


def _free_slug(wanted, parent):
    taken = set(
        parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
