"""New products, for those who follow them with a reader."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Product
from storefront.models import ProductPage

MOST = 30


class NewProducts(Feed):
    feed_type = Atom1Feed
    link = "/catalogue/"
    title = _("New on the shelf")
    subtitle = _("What the shop sells since lately.")
    author_name = settings.OSCAR_SHOP_NAME

    def items(self):
        offered = Product.objects.on_sale().filter(stockrecords__price__isnull=False)
        pages = ProductPage.objects.live().public().filter(is_withdrawn=False, product__in=offered)
        newest = pages.select_related("product").defer("story")
        return newest.order_by("-product__date_created", "-pk")[:MOST]

    def item_title(self, page):
        return page.title

    def item_description(self, page):
        return page.intro or page.product.description

    def item_link(self, page):
        return page.url

    def item_guid(self, page):
        # Its address may move; this one stays.
        return page.product.get_absolute_url()

    def item_pubdate(self, page):
        return page.product.date_created

    def item_updateddate(self, page):
        return page.last_published_at or page.product.date_created
