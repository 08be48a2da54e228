"""What the CMS does differently here."""

from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from shop.catalogue.models import Synonyms
from storefront.campaigns import CampaignViewSet
from storefront.front_desk import FrontDesk
from storefront.kinds import MirrorPage

register_snippet(CampaignViewSet)


class SynonymsViewSet(SnippetViewSet):
    """Words that find the same: courgette, zucchini."""

    model = Synonyms
    icon = "search"
    menu_label = gettext_lazy("Synonyms")
    add_to_admin_menu = True
    panels = ["words"]
    list_display = ["words"]


register_snippet(SynonymsViewSet)


@hooks.register("before_delete_page")
def keep_page(request, page):
    """Deleting by hand would leave a product, a category or a location without its page."""
    if not _stands_for_something(page):
        return None
    text = _("“%(title)s” stands for something of the shop and goes with it. You can unpublish it.")
    messages.error(request, text % {"title": page.title})
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def keep_pages(request, action_type, objects, action):
    if action_type != "delete":
        return None
    pages = (page for page in objects if isinstance(page, Page))
    return next(filter(None, (keep_page(request, page) for page in pages)), None)


@hooks.register("construct_homepage_panels")
def show_front_desk(request, panels):
    panels.append(FrontDesk())


@hooks.register("register_page_header_buttons")
def link_to_stock(page, user, view_name, next_url=None):
    """From a product's page to its shelves, for whoever may look at them."""
    product = getattr(page.specific, "product", None)
    if product and user.has_perm("partner.view_stockrecord"):
        stock = reverse("admin:partner_stockrecord_changelist")
        address = f"{stock}?{urlencode({'q': product.sku})}"
        yield Button(_("Stock"), address, icon_name="list-ul", priority=5)


def _stands_for_something(page):
    kinds = page.get_descendants(inclusive=True).values_list("content_type", flat=True).distinct()
    types = ContentType.objects.filter(pk__in=kinds)
    return any(issubclass(kind.model_class(), MirrorPage) for kind in types)
