"""Keeps one page for each product, category and location, in step with what it stands for.

Each function may be called again at any time: what is right already stays as it is.
"""

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page

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


@transaction.atomic
def keep_category_page(category):
    page = CategoryPage.objects.filter(category=category).first()
    parent = _parent_of(category)
    if page is None:
        page = CategoryPage(category=category, intro=category.description, show_in_menus=True)
        return _open(page, category.name, category.is_public, parent)
    move(page, parent)
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
        move(page, _shelf_of(product))


@transaction.atomic
def close_page(model, **thing):
    """Delete the page of what is about to be deleted; products below it move to the catalogue."""
    page = model.objects.filter(**thing).first()
    if page is None:
        return
    for below in ProductPage.objects.descendant_of(page):
        move(below, site_tree().catalogue)
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
    name_page(page, name, is_shown)
    page.slug = free_slug(page.slug, parent)
    return add_page(parent, page)


def name_page(page, name, is_shown):
    """Name a new page; whether its slug is free is another question."""
    page.title = page.draft_title = page.mirrored_name = name
    # Shorter than it could be: a number may come behind it.
    page.slug = slugify(name, allow_unicode=True)[:240] or "page"
    page.live, page.is_withdrawn = is_shown, not is_shown


def _keep_up(page, name, is_shown):
    if follows(page, name) | shows(page, is_shown):
        page.save(clean=False)
    return page


def follows(page, name):
    """Let a page follow the name of its thing; whether that changed anything."""
    if page.mirrored_name == name:
        return False
    for field in ("title", "draft_title"):
        if getattr(page, field) == page.mirrored_name:
            setattr(page, field, name)
    page.mirrored_name = name
    return True


def shows(page, is_shown):
    """Show or withdraw a page with its thing; whether that changed anything."""
    if is_shown is not page.is_withdrawn:
        return False
    # What an editor took offline by hand stays so: only what was withdrawn comes back.
    page.is_withdrawn = not is_shown
    page.live = is_shown
    return True


def move(page, parent):
    if page.path[: -page.steplen] == parent.path:
        return
    parent = Page.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    slug = free_slug(page.slug, parent)
    if slug != page.slug:
        page.slug = slug
        page.save(clean=False)
    page.move(parent, pos="last-child")


def free_slug(wanted, parent, promised=()):
    """The slug, with a number behind it if a page below has it, or one that is about to be."""
    taken = set(
        parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True)
    ) | set(promised)
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
