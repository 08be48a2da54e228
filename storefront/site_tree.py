"""The pages that the shop stands on, and who may edit them. Safe to call again and again."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)

from shop.customer.roles import EDITOR, OWNER
from shop.migrated import is_last
from storefront.models import CataloguePage, HomePage, LocationIndexPage

PAGES = ["add_page", "change_page", "publish_page"]
PICTURES = ["add_image", "change_image", "choose_image"]


@dataclass(frozen=True)
class SiteTree:
    home: HomePage
    catalogue: CataloguePage
    locations: LocationIndexPage


def site_tree():
    """The tree's three fixed pages, planted where they are missing."""
    home = HomePage.objects.first() or _plant_home()
    return SiteTree(
        home=home,
        catalogue=CataloguePage.objects.first()
        or add_page(home, CataloguePage(title="Everything", slug="catalogue", show_in_menus=True)),
        locations=LocationIndexPage.objects.first()
        or add_page(
            home,
            LocationIndexPage(title="Our locations", slug="locations", show_in_menus=True),
        ),
    )


@transaction.atomic
def add_page(parent, page):
    """Put a page below another. Two at once wait for each other: both would take the same place."""
    held = Page.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    return held.add_child(instance=page)


@transaction.atomic
def add_pages(parent, pages):
    """Put many new pages below another: what Wagtail's tree does for one, in few queries.

    Their own rows are written raw, without signals: whoever calls this indexes them for the
    search. A new page refers to nothing, so the index of references does without it.
    """
    held = Page.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    last = held.get_last_child() if held.numchild else None
    for page in pages:
        page.depth = held.depth + 1
        page.path = last._inc_path() if last else Page._get_path(held.path, page.depth, 1)
        page.url_path = f"{held.url_path}{page.slug}/"
        page.locale_id = held.locale_id
        last = page
    Page.objects.filter(pk=held.pk).update(numchild=F("numchild") + len(pages))
    _insert(pages)


def _insert(pages):
    """A row of its own and one of `Page` for each: a page is made of both."""
    shared = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    rows = Page.objects.bulk_create(
        Page(**{name: getattr(page, name) for name in shared}) for page in pages
    )
    for page, row in zip(pages, rows, strict=True):
        page.page_ptr_id = page.pk = row.pk
        page.save_base(raw=True, force_insert=True)


@transaction.atomic
def _plant_home():
    Locale.objects.get_or_create(language_code=settings.LANGUAGES[0][0])
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    home = add_page(root, HomePage(title=settings.OSCAR_SHOP_NAME, slug="magpie"))
    _make_root(home)
    return home


def _make_root(home):
    """Serve the shop at the address that the settings name, instead of Wagtail's welcome page."""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "root_page": home,
            "hostname": address.hostname,
            "port": port,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    page_type = ContentType.objects.get_for_model(Page)
    for welcome in Page.objects.filter(depth=2, slug="home", content_type=page_type, numchild=0):
        welcome.delete()


def keep_site_tree(app_config, **signal):
    if not is_last(app_config) or not _has_pages(signal.get("apps", apps)):
        return
    tree = site_tree()
    _make_root(tree.home)
    for role in (EDITOR, OWNER):
        _let_publish(role, tree.home)


def _has_pages(migrated):
    """Whether the migrations that have run so far made our pages' tables."""
    return "homepage" in migrated.all_models["storefront"]


def _let_publish(role, home):
    """Wagtail's own editors only propose; ours publish, below the home page and with pictures."""
    group, _created = Group.objects.get_or_create(name=role)
    for permission in _permissions("wagtailcore", PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
    pictures = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for permission in _permissions("wagtailimages", PICTURES):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=pictures, permission=permission
        )


def _permissions(app, names):
    return Permission.objects.filter(content_type__app_label=app, codename__in=names)
